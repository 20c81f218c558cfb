import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { diagnosticCodes } from "../../src/model/diagnostic-codes";
import { diagnosticExitCodes } from "../../src/model/diagnostic-exit-codes";
import { ExitCode } from "../../src/model/exit-code";
import { commandReference } from "./command-reference";
import { runnableCommands } from "./program";

const ROOT = join(__dirname, "../..");
const page = (name: string) => readFileSync(join(ROOT, "docs", name), "utf8");
/** Where a line ends, and how far it is indented, is not compared. */
const onOneLine = (text: string) => text.replace(/\s+/g, " ").trim();

describe("docs/commands.md", () => {
  const text = page("commands.md");

  test("has a section for each command, in their order, and for no other", () => {
    const headings = [...text.matchAll(/^## `(jp1im .+)`$/gm)].map(([, path]) => path);
    expect(headings).toEqual(runnableCommands().map(([path]) => path));
  });

  test.each(runnableCommands())(
    "has the arguments and options of %s as the command has them",
    (path, command) => {
      const section = text.split(`## \`${path}\`\n`)[1]?.split("\n## ")[0];
      expect(onOneLine(section ?? "")).toContain(onOneLine(commandReference(path, command)));
    },
  );
});

test("docs/exit-codes.md has exactly the codes of the table, by number and name", () => {
  const entries = page("exit-codes.md").matchAll(
    /^- \*\*(\d+)\*\* `(\w+)`: \S.*\n(?: {2}\S.*\n)* {2}- what to do: \S/gm,
  );
  const documented = Array.from(entries, ([, number, name]) => [name, Number(number)]);
  expect(documented).toEqual(Object.entries(ExitCode));
});

test("docs/exit-codes.md lists the diagnostics of every exit code but 1", () => {
  const [, section = ""] = page("exit-codes.md").split("## Diagnostics and exit codes");
  const documented = [...section.matchAll(/^- (\d+): ([^-]\S.*(?:\n {2}.*)*)/gm)].flatMap(
    ([, exitCode, codes = ""]) =>
      [...codes.matchAll(/`([^`]+)`/g)].map(([, code]) => [code, Number(exitCode)]),
  );
  const table = Object.entries(diagnosticExitCodes).filter(([, exitCode]) => exitCode !== ExitCode.failure);
  expect(Object.fromEntries(documented)).toEqual(Object.fromEntries(table));
  expect(documented).toHaveLength(table.length);
});

test("docs/errors.md has exactly the diagnostic codes, with meaning, usual cause and what to do", () => {
  const sections = page("errors.md").split(/^### /m).slice(1);
  const entry = /^`(.+)`\n\n- meaning: (.+?)\n- usual cause: .+?\n- what to do: .+?\n(?:\n## .+\n)?\n*$/s;
  const documented = sections.map((section) => entry.exec(section)?.slice(1).map(onOneLine));
  expect(Object.fromEntries(documented as string[][])).toEqual(diagnosticCodes);
  expect(documented).toHaveLength(Object.keys(diagnosticCodes).length);
});

test.each(["README.md", ...pages("docs")])(
  "no line of a table in %s is wider than 120 characters",
  (file) => {
    const lines = readFileSync(join(ROOT, file), "utf8").split("\n");
    expect(lines.filter((line) => /^\s*\|/.test(line) && [...line].length > 120)).toEqual([]);
  },
);

function pages(folder: string): string[] {
  const names = readdirSync(join(ROOT, folder), { recursive: true, encoding: "utf8" });
  return names.filter((name) => name.endsWith(".md")).map((name) => `${folder}/${name}`);
}
