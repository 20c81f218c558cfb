import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { RULES } from "./exercised";
import { ruleMutants } from "./rule-mutants";

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

// `rules.slow.test.ts` shows that a test of each rule finds its fault.
test("each rule has a fault that its tests have to find, and that fits the source", () => {
  expect(ruleMutants.map(({ rule }) => rule).sort()).toEqual([...rules].sort());
  const unfit = ruleMutants.filter(({ file, search }) => {
    const source = readFileSync(join(__dirname, "../../src/simulator", file), "utf8");
    return source.split(search).length !== 2;
  });
  expect(unfit.map(({ rule }) => rule)).toEqual([]);
});

function testFiles(): { name: string; text: string }[] {
  const names = readdirSync(__dirname).filter((name) => name.endsWith(".test.ts"));
  return names.map((name) => ({ name, text: readFileSync(join(__dirname, name), "utf8") }));
}
