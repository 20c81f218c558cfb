/**
 * `npm run simulate:mutants -- [--seeds N] [--only TEXT] [--turn N] [--jobs J]` puts each mutant into a scratch copy of the built
 * simulation, one at a time, and plays histories until one is violated, or runs the tests that are to find it. Ends with 1
 * when any mutant gets through.
 */
import { spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { ModuleKind, ScriptTarget, transpileModule } from "typescript";
import { Crew } from "./crew";
import type { Mutant } from "./mutant";
import { mutants } from "./mutants";
import type { Played } from "./worker";

const BUILT = join(__dirname, "../..");
const REPOSITORY = join(BUILT, "../..");
const TURNS = 12;

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      seeds: { type: "string", default: "2000" },
      only: { type: "string", default: "" },
      // A twelfth of them: number N modulo twelve. All of them without it.
      turn: { type: "string" },
      jobs: { type: "string", default: `${availableParallelism()}` },
    },
  });
  const chosen = inTurn(values.turn).filter(({ name }) => name.includes(values.only));
  // Inside of the repository, where its packages are found.
  const scratch = mkdtempSync(join(REPOSITORY, "build/mutants-"));
  let survivors = 0;
  try {
    for (const part of ["src", "test", "schemas", "package.json"])
      cpSync(join(BUILT, part), join(scratch, part), { recursive: true });
    const tests = new CopiedTests(join(scratch, "tests"));
    for (const mutant of chosen) {
      const found = mutant.foundBy
        ? tests.find(mutant, mutant.foundBy)
        : await hunt(scratch, mutant, Number(values.seeds), Number(values.jobs));
      if (found === undefined) survivors++;
      console.log(
        `${found === undefined ? "SURVIVES" : "caught  "}  ${mutant.name}: ${found ?? mutant.breaks}`,
      );
    }
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
  console.log(
    `${chosen.length - survivors} of ${chosen.length} mutants are caught within ${values.seeds} seeds`,
  );
  return survivors > 0 ? 1 : 0;
}

function inTurn(turn: string | undefined): readonly Mutant[] {
  return turn === undefined ? mutants : mutants.filter((_, index) => index % TURNS === Number(turn) % TURNS);
}

/** The file with the fault in it. */
function mutated({ name, file, search, replacement }: Mutant): string {
  const source = readFileSync(join(REPOSITORY, "src", file), "utf8");
  if (source.split(search).length !== 2) throw new Error(`“${name}” does not fit src/${file} any more`);
  return source.replace(search, () => replacement);
}

/** The first violation that the histories show, in words; `undefined` when they show none. */
async function hunt(
  scratch: string,
  mutant: Mutant,
  seeds: number,
  jobs: number,
): Promise<string | undefined> {
  const target = join(scratch, "src", mutant.file.replace(/\.ts$/, ".js"));
  const before = readFileSync(target);
  const compilerOptions = {
    ...{ module: ModuleKind.CommonJS, target: ScriptTarget.ES2022, esModuleInterop: true },
  };
  writeFileSync(target, transpileModule(mutated(mutant), { compilerOptions }).outputText);
  try {
    return await play(scratch, seeds, jobs);
  } finally {
    writeFileSync(target, before);
  }
}

/** Tests in a copy of the repository, for they import the sources. */
class CopiedTests {
  readonly #folder: string;
  /** What passes without any fault. */
  readonly #passing = new Set<string>();

  constructor(folder: string) {
    this.#folder = folder;
    for (const part of ["src", "test", "schemas", "docs", "examples", "package.json", "jest.config.js"])
      cpSync(join(REPOSITORY, part), join(folder, part), { recursive: true });
    symlinkSync(join(REPOSITORY, "node_modules"), join(folder, "node_modules"));
    // What the global set-up builds is for the tests of the command line.
    writeFileSync(
      join(folder, "jest.mutant.config.js"),
      'module.exports = { ...require("./jest.config.js"), globalSetup: undefined, globalTeardown: undefined, globals: { DRAWN_PART: 1 }, testPathIgnorePatterns: ["/node_modules/"] };',
    );
  }

  /** The tests that are to find a mutant, if one of them fails for it; `undefined` when none does. */
  find(mutant: Mutant, tests: string): string | undefined {
    if (!this.#passing.has(tests) && this.#fail(tests)) throw new Error(`${tests} fails without any mutant`);
    this.#passing.add(tests);
    const target = join(this.#folder, "src", mutant.file);
    const before = readFileSync(target);
    writeFileSync(target, mutated(mutant));
    const found = this.#fail(tests);
    writeFileSync(target, before);
    return found ? tests : undefined;
  }

  #fail(tests: string): boolean {
    const jest = join(REPOSITORY, "node_modules/jest/bin/jest.js");
    const args = [jest, "--config", "jest.mutant.config.js", "--bail", tests];
    return spawnSync(process.execPath, args, { cwd: this.#folder }).status !== 0;
  }
}

async function play(scratch: string, seeds: number, jobs: number): Promise<string | undefined> {
  const crew = new Crew(Math.max(1, jobs), join(scratch, "test/simulation/worker.js"));
  let first: Played["failures"][number] | undefined;
  try {
    await crew.play({ from: 1, to: 1 + seeds }, (_, { failures }) => {
      for (const failure of failures) if (!first || failure.seed < first.seed) first = failure;
      return first === undefined;
    });
  } finally {
    crew.end();
  }
  return first && `${first.violation.invariant} at seed ${first.seed}`;
}

void main().then((code) => {
  process.exitCode = code;
});
