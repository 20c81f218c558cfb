import type { Applying } from "./applying";

/**
 * Whether a deletion has to wait, because something that was to be created beside it was not: whoever renames a resource
 * declares a new one and leaves the old one out, and would lose both. The deletions stay *skipped*, with a warning each.
 */
export function isWithheld(
  applying: Applying,
  deletions: readonly string[],
  creations: readonly string[],
): boolean {
  const missing = creations.find((address) => !applying.hasSucceeded(address));
  if (missing === undefined) return false;
  for (const address of deletions) {
    applying.warn({
      code: "deletion-withheld",
      severity: "warning",
      summary: `${address} is not deleted, because ${missing}, which may be meant to replace it, was not created`,
      remedy: `fix what made ${missing} fail, or take it out of the desired state, and run again`,
      address,
    });
  }
  return true;
}
