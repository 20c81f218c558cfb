import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

const document = readFileSync(join(__dirname, "../../src/simulator/BEHAVIOUR.md"), "utf8");
const rules = [...document.matchAll(/^- \*\*([A-Z]\d+)\*\*/gm)].map(([, rule = ""]) => rule);

test("no rule of BEHAVIOUR.md is numbered twice", () => {
  expect(rules.length).toBeGreaterThan(50);
  expect(new Set(rules).size).toBe(rules.length);
});

test("every rule of BEHAVIOUR.md has a test that carries its number, and no test carries another", () => {
  const sources = readdirSync(__dirname).filter((name) => name.endsWith(".test.ts"));
  const carried = new Set<string>();
  for (const name of sources) {
    const text = readFileSync(join(__dirname, name), "utf8");
    // A title begins with its rules: "L2, L3: adding a manager …".
    for (const [, numbers = ""] of text.matchAll(/"((?:[A-Z]\d+, )*[A-Z]\d+): /g)) {
      for (const rule of numbers.split(", ")) carried.add(rule);
    }
  }
  expect([...carried].sort()).toEqual([...rules].sort());
});
