/**
 * When to reissue an issued secret although it is as declared: because it is old, because it is no longer where it
 * was delivered, or on request.
 */

import type { Reason } from "../model/change";
import type { SinkReference } from "../model/desired-state";
import type { Due } from "../model/plan";
import { formatTime } from "../platform/clock";
import type { IssuedRecord } from "../state/port";
import { type Places, vanishedFrom } from "./moved-sink";

/** What the run contributes to the decision. */
export interface Rotation {
  /** Addresses whose rotation was requested. */
  readonly requested: ReadonlySet<string>;
  /** Whether due secrets are reissued. */
  readonly rotateDue: boolean;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

export const noRotation: Rotation = { requested: new Set(), rotateDue: false, now: 0 };

interface Rotated {
  readonly rotateAfterMs?: number | undefined;
  readonly template?: object | undefined;
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
    vanished: vanished.length > 0 ? vanished : undefined,
  };
}

/** If the state does not have the time of issue, the age is unknown, which is reported. */
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

/** Why the issue of an undelivered secret is finished or repeated: it may have become too old while it waited. */
export function undeliveredReason(due: Due | undefined, rotation: Rotation): "due" | "undelivered" {
  return rotationReason(due, rotation) === "due" ? "due" : "undelivered";
}

/**
 * Why a due secret is reissued; `undefined` if it stays. With a template, a new secret under the same ID would end
 * the old one, which the template should prevent.
 */
export function rotationReason(
  due: Due | undefined,
  { rotateDue }: Rotation,
): Extract<Reason, "due" | "vanished"> | undefined {
  if (!rotateDue || due?.by !== "rotate") return undefined;
  if (due.vanished) return "vanished";
  return due.since === undefined ? undefined : "due";
}
