/** What the state keeps of issued secrets: the intent, the delivery, and the places, beyond the secret's own life. */

import { clientAddress, parseAddress } from "../../model/address";
import type { DesiredClient, SinkReference } from "../../model/desired-state";
import { formatTime } from "../../platform/clock";
import { isGenerationOf } from "../../resources/client-generations";
import type { Delivery } from "../../secrets/port";
import type { IssuedRecord, StateRecord, StateStore, StateView } from "../../state/port";

type Issued = Pick<IssuedRecord, "kind" | "address" | "manager" | "generation">;

/** The places that a resource's secret was delivered to so far: files there are ours to replace. */
export function placesOf(record: StateRecord | undefined): readonly string[] {
  return record?.kind === "client" || record?.kind === "initial-secret" ? (record.places ?? []) : [];
}

/** The same for a declared client: what its other generations were delivered to is this one's as well. */
export function placesOfClient(state: StateView, manager: string, client: DesiredClient): readonly string[] {
  const places = generationsOf(state, manager, client).flatMap(([, record]) => placesOf(record));
  return [...new Set(places)].sort();
}

/**
 * A client's secret is in its sink, so that of every other generation is not there any more: from now on they stay for
 * the overlap, also those that an earlier one has superseded before. To be recorded before the delivery is, or a crash in between would keep them for ever.
 */
export function supersedeOthers(
  state: StateStore,
  manager: string,
  client: DesiredClient,
  now: number,
): void {
  for (const [id, record] of generationsOf(state, manager, client)) {
    if (id === client.id || record.status === "retired") continue;
    state.put({ ...record, supersededAt: formatTime(now) });
  }
}

/** Everything that was ever issued as this client, by ID; of one without a template that is its own record. */
function generationsOf(
  state: StateView,
  manager: string,
  client: DesiredClient,
): (readonly [id: string, IssuedRecord])[] {
  const own = state.record(clientAddress(manager, client.id));
  const records = client.template ? [...state.records()] : own ? [own] : [];
  return records.flatMap((record) => {
    if (record.kind !== "client" || record.manager !== manager) return [];
    const addressed = parseAddress(record.address);
    if (addressed?.kind !== "client") return [];
    const { id } = addressed;
    return id === client.id || isGenerationOf(client, id, record) ? [[id, record] as const] : [];
  });
}

/** The record of an intent. The new places are in it already: after a crash they may hold what we wrote. */
export function issuingRecord(
  issued: Issued,
  sink: SinkReference,
  {
    earlier,
    delivery,
    now,
  }: { readonly earlier: readonly string[]; readonly delivery: Delivery; readonly now: number },
): IssuedRecord {
  const places = new Set([...earlier, ...delivery.places(sink)]);
  return { ...issued, status: "issuing", requestedAt: formatTime(now), places: [...places].sort() };
}

/** The record of a delivery. */
export function deliveredRecord(
  record: IssuedRecord,
  sink: SinkReference,
  issuedAt: string,
  delivery: Delivery,
): IssuedRecord {
  return { ...record, status: "delivered", issuedAt, deliveredTo: delivery.places(sink) };
}

/** Ends a resource that is no longer there. Where its secret went stays known, else its file would be a stranger's. */
export function retire(state: StateStore, address: string): void {
  const record = state.record(address);
  const isIssued = record?.kind === "client" || record?.kind === "initial-secret";
  if (isIssued && placesOf(record).length > 0) state.put({ ...record, status: "retired" });
  else state.drop(address);
}
