/** Clients with a template: each generation is a separate client, and old ones stay for an overlap. */
import type { DesiredClient } from "../../model/desired-state";
import { idOfGeneration } from "../../model/id-template";
import { formatTime } from "../../platform/clock";
import type { IssuedRecord } from "../../state/port";

/** Whether an issued client is a generation of a declared one, by its ID. */
export function isGenerationOf(
  { template }: DesiredClient,
  id: string,
  { generation }: IssuedRecord,
): boolean {
  return template !== undefined && idOfGeneration(template.text, generation) === id;
}

/** What happens to an earlier generation. */
export type Retirement =
  | { readonly retire: true }
  /** Without `until`, its successor is not delivered yet, and may never be. */
  | { readonly retire: false; readonly until?: string };

/**
 * An earlier generation is deleted when its successor has been in its sink for the overlap, and only while the
 * present one exists and is delivered: one that must be reissued is not reliable.
 */
export function retirementOf(
  { supersededAt }: IssuedRecord,
  { template }: DesiredClient,
  isSuccessorInSync: boolean,
  now: number,
): Retirement {
  const end = Date.parse(supersededAt ?? "") + (template?.overlapMs ?? 0);
  if (!isSuccessorInSync || Number.isNaN(end)) return { retire: false };
  return end <= now ? { retire: true } : { retire: false, until: formatTime(end) };
}
