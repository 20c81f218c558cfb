import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { mutants } from "./mutants";

const SOURCES = join(__dirname, "../../src");

test.each(mutants)("the mutant “$name” still fits the source", ({ file, search, replacement, foundBy }) => {
  const source = readFileSync(join(SOURCES, file), "utf8");
  expect(source.split(search)).toHaveLength(2);
  expect(replacement).not.toBe(search);
  const test = join(__dirname, "../..", foundBy ?? "test");
  expect(existsSync(test) || existsSync(`${test}.test.ts`)).toBe(true);
});

test("there are mutants of every room, at least a hundred, each with a name of its own", () => {
  const rooms = readdirSync(SOURCES, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  expect([...new Set(mutants.map(({ file }) => file.split("/")[0]))].sort()).toEqual(
    rooms.map(({ name }) => name).sort(),
  );
  expect(mutants.length).toBeGreaterThanOrEqual(100);
  expect(new Set(mutants.map(({ name }) => name)).size).toBe(mutants.length);
});
