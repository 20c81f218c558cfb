import type { Unplanned } from "../model/plan";

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
  const remedy = `correct ${other}, or fix what the plan reports about it, or remove it from the desired state`;
  return { address, code: "deletion-withheld", detail, remedy };
}
