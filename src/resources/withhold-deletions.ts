import type { Unplanned } from "../model/plan";
import type { KindApplyContext } from "./apply-context";

/** What may be meant instead of something that is no longer declared. */
export interface Successor {
  readonly address: string;
  readonly is: "blocked" | "unknown";
}

/** A deletion that is not planned, because what may replace it cannot be created now. `what` is like "it is". */
export function withheldDeletion(
  address: string,
  what: string,
  { address: other, is }: Successor,
): Unplanned {
  const detail = `${what} no longer declared, and not deleted: ${other}, which may be meant instead, is ${is}`;
  const remedy = `correct ${other}, or see to what is said of it, or take it out of the desired state`;
  return { address, code: "deletion-withheld", detail, remedy };
}

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
