import type { KindApplyContext } from "./apply-context";

/**
 * Warns of each deletion and returns true if a creation of the same plan failed: renaming a resource creates a new
 * one and deletes the old one, and must not lose both. The caller then leaves the deletions *skipped*.
 */
export function withholdDeletions(
  applying: KindApplyContext,
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
