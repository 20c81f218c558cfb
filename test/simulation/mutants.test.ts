import { readFileSync } from "node:fs";
import { join } from "node:path";
import { mutants } from "./mutants";

test.each(mutants)("the mutant “$name” still fits the source", ({ file, search, replacement }) => {
  const source = readFileSync(join(__dirname, "../../src", file), "utf8");
  expect(source.split(search)).toHaveLength(2);
  expect(replacement).not.toBe(search);
});

test("there are at least fifty mutants, each with a name of its own", () => {
  expect(mutants.length).toBeGreaterThanOrEqual(50);
  expect(new Set(mutants.map(({ name }) => name)).size).toBe(mutants.length);
});
