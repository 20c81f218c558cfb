/**
 * `npm run simulate:mutants -- [--seeds N] [--only TEXT] [--turn N] [--jobs J]` puts each mutant into a scratch copy of the built
 * simulation, one at a time, and plays histories until one is violated. Ends with 1 when any mutant gets through.
 */
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { ModuleKind, ScriptTarget, transpileModule } from "typescript";
import { Crew } from "./crew";
import { type Mutant, mutants } from "./mutants";
import type { Played } from "./worker";

const BUILT = join(__dirname, "../..");
const REPOSITORY = join(BUILT, "../..");
const TURNS = 6;

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      seeds: { type: "string", default: "2000" },
      only: { type: "string", default: "" },
      // A sixth of them: number N modulo six. All of them without it.
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
    for (const mutant of chosen) {
      const restore = mutate(scratch, mutant);
      const found = await hunt(scratch, Number(values.seeds), Number(values.jobs));
      restore();
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

/** Returns what puts the file back. */
function mutate(scratch: string, { name, file, search, replacement }: Mutant): () => void {
  const source = readFileSync(join(REPOSITORY, "src", file), "utf8");
  if (source.split(search).length !== 2) throw new Error(`“${name}” does not fit src/${file} any more`);
  const target = join(scratch, "src", file.replace(/\.ts$/, ".js"));
  const before = readFileSync(target);
  const { outputText } = transpileModule(
    source.replace(search, () => replacement),
    {
      compilerOptions: {
        module: ModuleKind.CommonJS,
        target: ScriptTarget.ES2022,
        esModuleInterop: true,
      },
    },
  );
  writeFileSync(target, outputText);
  return () => writeFileSync(target, before);
}

/** The first violation that the histories show, in words; `undefined` when they show none. */
async function hunt(scratch: string, seeds: number, jobs: number): Promise<string | undefined> {
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
