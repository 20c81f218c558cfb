/**
 * That the tests of a rule fail where the rule is broken: several at a time, for each run of the tests costs its start. An
 * eighth of them in each run, from the `JP1IM_TURN`-th on, which differs from commit to commit; `JP1IM_TURN=all` for all.
 */
import { spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { RULES } from "./exercised";
import { type RuleMutant, ruleMutants } from "./rule-mutants";

const REPOSITORY = join(__dirname, "../..");
/** Neighbours in the list are about one file, and one fault might hide the next. */
const BATCHES = 8;

const EIGHTHS = 8;
const TURN = process.env.JP1IM_TURN ?? "0";
const isDue = (batch: number) => TURN === "all" || batch % EIGHTHS === Number(TURN) % EIGHTHS;

const batches = Array.from({ length: BATCHES }, (_, batch) => {
  const mutants = ruleMutants.filter((__, index) => index % BATCHES === batch);
  return [mutants.map(({ rule }) => rule).join(", "), mutants] as const;
}).filter((_, batch) => isDue(batch));

test.each(batches)(
  "of the rules %s each has a test that fails where it is broken",
  (_, mutants) => {
    const folder = mkdtempSync(join(tmpdir(), "rules-"));
    try {
      const broken = failedRules(folder, mutants);
      expect(mutants.map(({ rule }) => rule).filter((rule) => !broken.has(rule))).toEqual([]);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  },
  600_000,
);

/** The rules that failed tests carry in a copy of the repository with these faults in it. */
function failedRules(folder: string, mutants: readonly RuleMutant[]): ReadonlySet<string> {
  for (const part of ["src", "test", "schemas", "package.json", "jest.config.js"])
    cpSync(join(REPOSITORY, part), join(folder, part), { recursive: true });
  symlinkSync(join(REPOSITORY, "node_modules"), join(folder, "node_modules"));
  for (const { file, search, replacement } of mutants) {
    const path = join(folder, "src/simulator", file);
    writeFileSync(
      path,
      readFileSync(path, "utf8").replace(search, () => replacement),
    );
  }
  writeFileSync(
    join(folder, "jest.rules.config.js"),
    'module.exports = { ...require("./jest.config.js"), globalSetup: undefined, globalTeardown: undefined };',
  );
  const jest = join(REPOSITORY, "node_modules/jest/bin/jest.js");
  const args = [jest, "--config", "jest.rules.config.js", "--json", "--maxWorkers=1", "test/simulator"];
  const { stdout } = spawnSync(process.execPath, args, { cwd: folder, encoding: "utf8", maxBuffer: 1 << 26 });
  const { testResults } = JSON.parse(stdout) as Results;
  const titles = testResults.flatMap(({ assertionResults }) =>
    assertionResults.filter(({ status }) => status === "failed").map(({ title }) => title),
  );
  return new Set(titles.flatMap((title) => RULES.exec(title)?.[0].split(", ") ?? []));
}

interface Results {
  readonly testResults: readonly {
    readonly assertionResults: readonly { readonly title: string; readonly status: string }[];
  }[];
}
