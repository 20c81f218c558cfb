/** What the state keeps of issued secrets: the intent, the delivery, and the places, beyond the secret's own life. */
import type { SinkReference } from "../../model/desired-state";
import type { Delivery } from "../../secrets/port";
import type { IssuedRecord, StateRecord, StateStore } from "../../state/port";

type Issued = Pick<IssuedRecord, "kind" | "address" | "manager" | "generation">;

/** The places that a resource's secret was delivered to so far: files there are ours to replace. */
export function placesOf(record: StateRecord | undefined): readonly string[] {
  return record?.kind === "client" || record?.kind === "initial-secret" ? (record.places ?? []) : [];
}

/** The record of an intent. The new places are in it already: after a crash they may hold what we wrote. */
export function issuingRecord(
  { kind, address, manager, generation }: Issued,
  sink: SinkReference,
  { state, delivery }: { readonly state: StateStore; readonly delivery: Delivery },
): IssuedRecord {
  const places = new Set([...placesOf(state.record(address)), ...delivery.places(sink)]);
  return { kind, address, manager, generation, status: "issuing", places: [...places].sort() };
}

/** Ends a resource that is no longer there. Where its secret went stays known, else its file would be a stranger's. */
export function retire(state: StateStore, address: string): void {
  const record = state.record(address);
  const isIssued = record?.kind === "client" || record?.kind === "initial-secret";
  if (isIssued && placesOf(record).length > 0) state.put({ ...record, status: "retired" });
  else state.drop(address);
}
