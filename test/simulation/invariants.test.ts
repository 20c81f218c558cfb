import { readFileSync } from "node:fs";
import { join } from "node:path";
import { quietInvariants, requestInvariants, runInvariants, stateInvariants } from "./invariants/invariants";

const page = readFileSync(join(__dirname, "../../docs/reliability.md"), "utf8");

test("the page on reliability has a sentence for each invariant, and for no other", () => {
  const always = page.slice(page.indexOf("## What always holds"), page.indexOf("## How it is tested"));
  const described = [...always.matchAll(/^- `(\w+)`: /gm)].map(([, name]) => name);
  const all = { ...requestInvariants, ...runInvariants, ...stateInvariants, ...quietInvariants };
  // A state that does not load cannot be looked at, and the last run comes only where generations overlap.
  expect(described.sort()).toEqual([...Object.keys(all), "theStateLoads", "oneGenerationIsLeft"].sort());
});
