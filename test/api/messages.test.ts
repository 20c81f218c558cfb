import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { meaningOf, messages } from "../../src/api/messages";

const specified = parse(readFileSync(join(__dirname, "../../schemas/manager-api.openapi.yaml"), "utf8"))[
  "x-messages"
] as Record<string, { meaning: string }>;

test("every message of the specification has its meaning and a remedy, and no other has", () => {
  const meanings = Object.entries(messages).map(([id, { meaning }]) => [id, meaning]);
  expect(Object.fromEntries(meanings)).toEqual(
    Object.fromEntries(Object.entries(specified).map(([id, { meaning }]) => [id, meaning])),
  );
  // What a call needs a permission for is said by the call itself (permissions.test.ts).
  for (const [id, { remedy }] of Object.entries(messages)) {
    if (id !== "KAJY01000-E") expect(remedy).toMatch(/^[a-z].*[^.]$/);
  }
});

test("an unknown ID has no meaning", () => {
  expect(meaningOf("KAJY99999-E")).toBeUndefined();
  expect(meaningOf("constructor")).toBeUndefined();
});
