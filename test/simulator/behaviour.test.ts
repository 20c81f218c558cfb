import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { RULES } from "./exercised";

const document = readFileSync(join(__dirname, "../../src/simulator/BEHAVIOUR.md"), "utf8");
const rules = [...document.matchAll(/^- \*\*([A-Z]\d+)\*\*/gm)].map(([, rule = ""]) => rule);
const titleWithRules = new RegExp(`"(${RULES.source})`, "g");

test("no rule of BEHAVIOUR.md is numbered twice", () => {
  expect(rules.length).toBeGreaterThan(50);
  expect(new Set(rules).size).toBe(rules.length);
});

test("every rule of BEHAVIOUR.md has a test that carries its number, and no test carries another", () => {
  const carried = testFiles().flatMap(({ text }) =>
    [...text.matchAll(titleWithRules)].flatMap(([, numbers = ""]) => numbers.split(", ")),
  );
  expect([...new Set(carried)].sort()).toEqual([...rules].sort());
});

// What a test carries a number for, it has to do: `exercised.ts` sees to it in each file that imports it.
test("every file with such a test checks that its tests reach the simulator", () => {
  const unchecked = testFiles()
    .filter(({ text }) => titleWithRules.test(text) && !/^import .*"\.\/(ask|exercised)";$/m.test(text))
    .map(({ name }) => name);
  expect(unchecked).toEqual([]);
});

function testFiles(): { name: string; text: string }[] {
  const names = readdirSync(__dirname).filter((name) => name.endsWith(".test.ts"));
  return names.map((name) => ({ name, text: readFileSync(join(__dirname, name), "utf8") }));
}
