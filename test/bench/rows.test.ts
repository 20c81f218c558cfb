import { readFileSync } from "node:fs";
import { join } from "node:path";
import { helpText, parseOptions } from "../../bench/options";
import { rows } from "../../bench/rows";

const names = rows.map(({ name }) => name);

test("without --only the bench measures all rows, with 10,000 agents and five rounds", () => {
  expect(parseOptions([], rows)).toMatchObject({ rows, agents: 10_000, keys: 100, rounds: 5 });
});

test("--only takes rows one by one and with commas", () => {
  const options = parseOptions(["--only", "plan,apply", "--only", "start", "--agents", "7"], rows);
  expect(options.rows.map(({ name }) => name)).toEqual(["plan", "apply", "start"]);
  expect(options.agents).toBe(7);
});

test("a wrong row is answered with the nearest one, or with all of them", () => {
  expect(() => parseOptions(["--only", "aply"], rows)).toThrow(
    'there is no row "aply": did you mean "apply"?',
  );
  expect(() => parseOptions(["--only", "everything"], rows)).toThrow(`the rows are ${names.join(", ")}`);
});

test("a number that is none is refused", () => {
  expect(() => parseOptions(["--agents", "many"], rows)).toThrow(/^--agents takes a number from 1 to/);
  expect(() => parseOptions(["--rounds", "0"], rows)).toThrow(/^--rounds takes a number from 1 to/);
});

test("the help lists every row, and the page about performance has the command of each", () => {
  const page = readFileSync(join(__dirname, "../../docs/performance.md"), "utf8");
  for (const name of names) {
    expect(helpText(rows)).toContain(`\n  ${name} `);
    expect(page).toMatch(new RegExp(`--only ${name}[ \`]`));
  }
});
