import { isDeepStrictEqual } from "node:util";
import type { Attrs } from "./resource-type";

/**
 * Whether only the attributes in `open` differ. Terraform applies any other difference, and the apply may find more
 * to do than the plan did. The plan must leave the attributes unknown that would change then, or Terraform calls the
 * final plan inconsistent.
 */
export function isUnchanged(prior: Attrs, next: Attrs, open: readonly string[]): boolean {
  return Object.entries(next).every(
    ([name, value]) => open.includes(name) || isDeepStrictEqual(prior[name] ?? null, value ?? null),
  );
}
