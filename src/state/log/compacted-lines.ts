import type { SavedPlanRecord } from "../port";
import { joinBodies } from "./fingerprint-body";
import { entryToHead, type LogHeader } from "./log-entry";
import { encodeLine } from "./log-line";
import { bytesOf } from "./open-log";
import type { KeptRecord } from "./state-contents";

export interface WholeState {
  readonly records: readonly KeptRecord[];
  readonly plans: readonly SavedPlanRecord[];
}

/** A whole log: the header, the saved plans, and one line for each record. `onRecord` gets each record as it is written. */
export function* compactedLines(
  header: Omit<LogHeader, "entries">,
  { records, plans }: WholeState,
  onRecord: (from: KeptRecord, to: KeptRecord) => void,
): Generator<Buffer> {
  const { serial } = header;
  yield encodeLine({ ...header, entries: records.length + plans.length });
  for (const plan of plans) yield encodeLine(entryToHead({ op: "plan", serial, plan }));
  for (const kept of records) {
    const { line, rewritten } = rewriteRecord(kept, serial);
    onRecord(kept, rewritten);
    yield line;
  }
}

function rewriteRecord(kept: KeptRecord, serial: number): { line: Buffer; rewritten: KeptRecord } {
  const { record } = kept;
  if (record.kind !== "agent") {
    const line = encodeLine(entryToHead({ op: "put", serial, record }));
    return { line, rewritten: { ...kept, liveBytes: line.length } };
  }
  const [only, ...more] = kept.bodies;
  const body = only !== undefined && more.length === 0 ? only : joinBodies(kept.bodies, kept.record.address);
  const line = encodeLine(entryToHead({ op: "patch", serial, record }), bytesOf(body));
  return { line, rewritten: { record, bodies: [body], liveBytes: line.length } };
}
