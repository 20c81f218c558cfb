/** The state's records of issued secrets: the intent, the delivery, and the places, which outlive the secret. */

import { clientAddress, managerOf, parseAddress } from "../model/address";
import type { DesiredClient, DesiredInitialSecret } from "../model/desired-state";
import type { DeclaredPlace } from "../model/sink-place";
import { formatTime } from "../platform/clock";
import type { Random } from "../platform/random";
import type { IssuedRecord, StateRecord, StateStore, StateView } from "../state/port";
import type { ApplyTools } from "./apply-context";
import { isGenerationOf } from "./client/generations";
import { issueName } from "./issue-name";
import { ownFiles, union } from "./own-sink-files";

type Issued = Pick<IssuedRecord, "kind" | "address" | "manager" | "generation">;

/** The owned files in a record, which outlive the secret. */
export function filesOf(record: StateRecord | undefined): Pick<IssuedRecord, "places" | "writing"> {
  if (record?.kind !== "client" && record?.kind !== "initial-secret") return {};
  const [places, { writing }] = [ownFiles(record), record];
  return { ...(places.length > 0 && { places }), ...(writing && { writing }) };
}

/** All records of a declared resource: the files of every generation of a client belong to it. */
export function recordsOf(
  state: StateView,
  address: string,
  declared: DesiredClient | DesiredInitialSecret,
): readonly IssuedRecord[] {
  if ("id" in declared) return generationsOf(state, managerOf(address), declared).map(([, record]) => record);
  const record = state.record(address);
  return record?.kind === "initial-secret" ? [record] : [];
}

/**
 * A client's secret is in its sink, so the secrets of all other generations no longer are: from now on they stay for
 * the overlap, also those that were superseded earlier. It must be recorded before the delivery, or a crash in
 * between would keep them for ever.
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

/** All records of this client, by ID; without a template, only its own. */
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
 * The record of an intent. Nothing is written yet, so no further place is owned. It includes the drafts of the
 * delivery, which nothing else would name once the resource is undeclared.
 */
export function issuingRecord(
  issued: Issued,
  declared: DesiredClient | DesiredInitialSecret,
  context: Pick<ApplyTools, "state" | "delivery" | "random" | "clock">,
): IssuingRecord {
  const { state, delivery, random, clock } = context;
  const places = recordsOf(state, issued.address, declared).flatMap((record) => filesOf(record).places ?? []);
  const { writing } = filesOf(state.record(issued.address));
  const issue = issueName(state, issued.manager, random);
  const drafts = [...draftsOf(state.record(issued.address)), ...delivery.drafts(declared.deliverTo, issue)];
  return {
    ...{ ...issued, status: "issuing", requestedAt: formatTime(clock.now()), issue },
    places: places.length > 0 ? union([], places) : undefined,
    writing,
    drafts: drafts.length > 0 ? drafts : undefined,
    usedBy: "usedBy" in declared ? declared.usedBy : undefined,
  };
}

/** Drafts that killed deliveries may have left and that could not be removed yet. */
export function draftsOf(record: StateRecord | undefined): readonly string[] {
  return record?.kind === "client" || record?.kind === "initial-secret" ? (record.drafts ?? []) : [];
}

export type IssuingRecord = IssuedRecord & { readonly issue: string };

/** A unique name, used once. */
export function newToken(random: Random): string {
  return random.bytes(16).toString("hex");
}

/** The record of a delivery: the files that it wrote are owned from now on. */
export function deliveredRecord(
  { writing: _writing, ...record }: IssuedRecord,
  declared: readonly DeclaredPlace[],
  issuedAt: string | undefined,
): IssuedRecord {
  const deliveredTo = declared.map(({ place }) => place);
  const places = union(
    record.places ?? [],
    deliveredTo.flatMap(({ paths: { file } }) => file ?? []),
  );
  return {
    ...record,
    status: "delivered",
    ...(issuedAt !== undefined && { issuedAt }),
    deliveredTo,
    ...(places.length > 0 && { places }),
  };
}

/**
 * Retires a resource that no longer exists. The places of its secret stay recorded, or its file would count as
 * somebody else's.
 */
export function retire(state: StateStore, address: string): void {
  const record = state.record(address);
  const isIssued = record?.kind === "client" || record?.kind === "initial-secret";
  const isOursStill = record !== undefined && Object.keys(filesOf(record)).length > 0;
  if (isIssued && isOursStill) state.put({ ...record, status: "retired" });
  else state.drop(address);
}
