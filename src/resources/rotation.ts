/**
 * When an issued secret is to be issued anew although it is as declared: because it is old, because it is no longer where it
 * was delivered, or because someone asked.
 */

import type { Reason } from "../model/change";
import type { SinkReference } from "../model/desired-state";
import type { Due } from "../model/plan";
import { formatTime } from "../platform/clock";
import type { IssuedRecord } from "../state/port";
import { type Places, vanishedFrom } from "./moved-sink";

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

interface Rotated {
  readonly rotateAfterMs?: number;
  readonly template?: object;
  readonly deliverTo: SinkReference;
}

/** Whether an issued secret has reached its age, or is no longer where it was delivered. */
export function dueFor(
  record: IssuedRecord,
  declared: Rotated,
  { now, places }: { readonly now: number; readonly places: Places },
): Due | undefined {
  const vanished = vanishedFrom(record, declared.deliverTo, places);
  const aged = agedFor(record, declared, now);
  if (vanished.length === 0 && !aged) return undefined;
  return {
    address: record.address,
    ...aged,
    by: declared.template ? "generation" : "rotate",
    ...(vanished.length > 0 && { vanished }),
  };
}

/** Without a time of issue in the state its age is not known, which is reported. */
function agedFor(
  { issuedAt, requestedAt = issuedAt }: IssuedRecord,
  { rotateAfterMs }: Rotated,
  now: number,
): Pick<Due, "since"> | undefined {
  if (rotateAfterMs === undefined) return undefined;
  const since = Date.parse(requestedAt ?? "") + rotateAfterMs;
  if (Number.isNaN(since)) return {};
  return since <= now ? { since: formatTime(since) } : undefined;
}

/** Why the issue of a secret that was not delivered is finished or begun anew: it may have grown too old while it waited. */
export function undeliveredReason(due: Due | undefined, rotation: Rotation): "due" | "undelivered" {
  return rotationReason(due, rotation) === "due" ? "due" : "undelivered";
}

/**
 * Why what is due is issued anew; `undefined` where it stays. A new secret under the ID of a template would put an end to the
 * old one, which the template is there to avoid.
 */
export function rotationReason(
  due: Due | undefined,
  { rotateDue }: Rotation,
): Extract<Reason, "due" | "vanished"> | undefined {
  if (!rotateDue || due?.by !== "rotate") return undefined;
  if (due.vanished) return "vanished";
  return due.since === undefined ? undefined : "due";
}
