/** When an issued secret is to be issued anew although it is as declared: because it is old, or because someone asked. */
import type { Due } from "../model/plan";
import { formatTime } from "../platform/clock";
import type { IssuedRecord } from "../state/port";

/** What a run brings to the question. */
export interface Rotation {
  /** Addresses that are to be issued anew. */
  readonly requested: ReadonlySet<string>;
  /** Whether what is due is issued anew. */
  readonly rotateDue: boolean;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

export const noRotation: Rotation = { requested: new Set(), rotateDue: false, now: 0 };

/** Whether a delivered secret has reached its age; without a time of issue in the state that is not known. */
export function dueFor(
  { address, issuedAt, requestedAt = issuedAt }: IssuedRecord,
  { rotateAfterMs, template }: { readonly rotateAfterMs?: number; readonly template?: object },
  now: number,
): Due | undefined {
  if (rotateAfterMs === undefined) return undefined;
  const by = template ? "generation" : "rotate";
  const since = Date.parse(requestedAt ?? "") + rotateAfterMs;
  if (Number.isNaN(since)) return { address, by };
  return since <= now ? { address, since: formatTime(since), by } : undefined;
}

/** A new secret under the ID of a template would put an end to the old one, which the template is there to avoid. */
export function actsOn({ since, by }: Due, { rotateDue }: Rotation): boolean {
  return rotateDue && since !== undefined && by === "rotate";
}
