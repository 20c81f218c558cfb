/** What the state keeps of issued secrets: the intent, the delivery, and the places, beyond the secret's own life. */

import { clientAddress, parseAddress } from "../../model/address";
import type { DesiredClient, SinkReference } from "../../model/desired-state";
import { formatTime } from "../../platform/clock";
import type { Random } from "../../platform/random";
import { isGenerationOf } from "../../resources/client-generations";
import type { Delivery } from "../../secrets/port";
import type { IssuedRecord, StateRecord, StateStore, StateView } from "../../state/port";
import type { ApplyContext } from "../run";

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

/**
 * The record of an intent. The new places are in it already: after a crash they may hold what we wrote. So are the drafts of
 * the delivery, which nothing else would lead to once the resource is undeclared.
 */
export function issuingRecord(
  issued: Issued,
  sink: SinkReference,
  context: Pick<ApplyContext, "state" | "delivery" | "random" | "clock">,
  earlier: readonly string[],
): IssuingRecord {
  const { state, delivery, random, clock } = context;
  const places = new Set([...earlier, ...delivery.places(sink)]);
  const issue = newToken(random);
  const drafts = [...draftsOf(state.record(issued.address)), ...delivery.drafts(sink, issue)];
  return {
    ...{ ...issued, status: "issuing", requestedAt: formatTime(clock.now()) },
    ...{ places: [...places].sort(), issue },
    ...(drafts.length > 0 && { drafts }),
  };
}

/** What killed deliveries may have left, as far as it could not be removed yet. */
export function draftsOf(record: StateRecord | undefined): readonly string[] {
  return record?.kind === "client" || record?.kind === "initial-secret" ? (record.drafts ?? []) : [];
}

export type IssuingRecord = IssuedRecord & Required<Pick<IssuedRecord, "issue">>;

/** A name that nobody else gives, and that is given once. */
export function newToken(random: Random): string {
  return random.bytes(16).toString("hex");
}

/** The record of a delivery, which left no draft of its own. */
export function deliveredRecord(
  { drafts = [], ...record }: IssuedRecord,
  sink: SinkReference,
  {
    issuedAt,
    token,
    delivery,
  }: { readonly issuedAt: string; readonly token: string; readonly delivery: Delivery },
): IssuedRecord {
  const own = new Set(delivery.drafts(sink, token));
  const left = drafts.filter((draft) => !own.has(draft));
  return {
    ...{ ...record, status: "delivered", issuedAt, deliveredTo: delivery.places(sink) },
    ...(left.length > 0 && { drafts: left }),
  };
}

/** Ends a resource that is no longer there. Where its secret went stays known, else its file would be a stranger's. */
export function retire(state: StateStore, address: string): void {
  const record = state.record(address);
  const isIssued = record?.kind === "client" || record?.kind === "initial-secret";
  if (isIssued && placesOf(record).length > 0) state.put({ ...record, status: "retired" });
  else state.drop(address);
}
