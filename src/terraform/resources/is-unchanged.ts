import { isDeepStrictEqual } from "node:util";
import type { Attrs } from "./resource-type";

/**
 * Whether nothing but the attributes of `open` differs. What does differ is applied, and by then there may be more to do than at the plan: an
 * attribute that would change with that must be open in the plan, or Terraform calls the final plan inconsistent.
 */
export function isUnchanged(prior: Attrs, next: Attrs, open: readonly string[]): boolean {
  return Object.entries(next).every(
    ([name, value]) => open.includes(name) || isDeepStrictEqual(prior[name] ?? null, value ?? null),
  );
}
