/** The heads of the log's lines, and the functions that convert them from and to JSON. */

import { parseAddress } from "../../model/address";
import { holderFromValue } from "../lock/holder-json";
import {
  type AgentRecord,
  type IssuedRecord,
  issuedStatuses,
  type KnownAnswer,
  type LowerManagerRecord,
  type ManagerRecord,
  type RebuildRecord,
  type SavedPlanRecord,
  type StateRecord,
  type Takeover,
  type WholeRecord,
} from "../port";
import { fileWritings, recordedFiles, recordedPlaces } from "./place-fields";

export const LOG_FORMAT = "jp1im-state";
export const LOG_VERSION = 1;

/** The first line. */
export interface LogHeader {
  readonly format: typeof LOG_FORMAT;
  readonly version: typeof LOG_VERSION;
  readonly lineage: string;
  /** The ID of the key of the fingerprints. */
  readonly keyId: string;
  /** The serial at the creation of the file. Appended entries continue from it. */
  readonly serial: number;
  /** Number of lines at the creation of the file. They were durable before the file got its name. */
  readonly entries: number;
}

export type LogEntry =
  | { readonly op: "put"; readonly serial: number; readonly record: WholeRecord }
  | { readonly op: "patch"; readonly serial: number; readonly record: AgentRecord }
  | { readonly op: "drop"; readonly serial: number; readonly address: string }
  | { readonly op: "plan"; readonly serial: number; readonly plan: SavedPlanRecord };

type Fields = Readonly<Record<string, unknown>>;

/** The head of an entry's line: small fields only, side by side. */
export function entryToHead(entry: LogEntry): object {
  const { op, serial } = entry;
  if (op === "drop") return { op, serial, address: entry.address };
  return { op, serial, ...(op === "plan" ? entry.plan : entry.record) };
}

/** Returns `undefined` if the head has another format. */
export function entryFromHead(head: unknown): LogEntry | undefined {
  if (!isFields(head)) return undefined;
  const { op, serial, address } = head;
  if (typeof serial !== "number") return undefined;
  if (op === "plan") return planEntry(head, serial);
  if (typeof address !== "string") return undefined;
  if (op === "drop") return { op, serial, address };
  const record = recordFromFields(head, address);
  if (record === undefined) return undefined;
  if (op === "patch" && record.kind === "agent") return { op, serial, record };
  if (op === "put" && record.kind !== "agent") return { op, serial, record };
  return undefined;
}

/** Reads the first line before its version is checked. */
export function headerFromHead(
  head: unknown,
): LogHeader | { readonly version: number } | "foreign" | undefined {
  if (!isFields(head) || head.format !== LOG_FORMAT || typeof head.version !== "number") return "foreign";
  if (head.version !== LOG_VERSION) return { version: head.version };
  const { lineage, keyId, serial, entries } = head;
  if (typeof lineage !== "string" || typeof keyId !== "string") return undefined;
  if (typeof serial !== "number" || typeof entries !== "number") return undefined;
  return { format: LOG_FORMAT, version: LOG_VERSION, lineage, keyId, serial, entries };
}

function planEntry({ id, status, from, at }: Fields, serial: number): LogEntry | undefined {
  if (typeof id !== "string" || typeof from !== "number" || typeof at !== "string") return undefined;
  if (status !== "applying" && status !== "applied" && status !== "superseded") return undefined;
  return { op: "plan", serial, plan: { id, status, from, at } };
}

function recordFromFields(fields: Fields, address: string): StateRecord | undefined {
  const { kind, manager } = fields;
  if (typeof manager !== "string") return undefined;
  if (kind === "client" || kind === "initial-secret") return issuedRecord(fields, { kind, address, manager });
  if (kind === "lower-manager") return lowerManagerRecord(fields, { kind, address, manager });
  if (kind === "rebuild") return rebuildRecord(fields, { kind, address, manager });
  if (kind === "manager") return managerRecord(fields, { kind, address, manager });
  if (kind === "agent") return agentRecord(fields, { kind, address, manager });
  const addressed = parseAddress(address);
  return addressed && addressed.kind === kind && !("agent" in addressed) ? fieldsOnly(fields) : undefined;
}

/** Passes on the fields of a record unchecked. The folder of its kind knows them. */
function fieldsOnly({ op: _op, serial: _serial, ...record }: Fields): StateRecord {
  return record as unknown as StateRecord;
}

function issuedRecord(
  {
    generation,
    status: written,
    issue,
    drafts,
    issuedAt,
    requestedAt,
    supersededAt,
    usedBy,
    ...fields
  }: Fields,
  common: Pick<IssuedRecord, "kind" | "address" | "manager">,
): IssuedRecord | undefined {
  const status = issuedStatuses.find((each) => each === written);
  if (typeof generation !== "number" || status === undefined) return undefined;
  const places = recordedFiles(fields.places);
  const writing = fileWritings(fields.writing);
  const deliveredTo = recordedPlaces(fields.deliveredTo);
  const user = holderFromValue(usedBy);
  return {
    ...{ ...common, generation, status },
    issue: typeof issue === "string" ? issue : undefined,
    drafts: isTexts(drafts) ? drafts : undefined,
    issuedAt: typeof issuedAt === "string" ? issuedAt : undefined,
    requestedAt: typeof requestedAt === "string" ? requestedAt : undefined,
    supersededAt: typeof supersededAt === "string" ? supersededAt : undefined,
    places,
    writing,
    deliveredTo,
    usedBy: user,
  };
}

function lowerManagerRecord(
  { host, fingerprint, version, boundTo }: Fields,
  common: Pick<LowerManagerRecord, "kind" | "address" | "manager">,
): LowerManagerRecord | undefined {
  if (typeof host !== "string") return undefined;
  const known = typeof fingerprint === "string" || fingerprint === null;
  return {
    ...{ ...common, host },
    fingerprint: known ? fingerprint : undefined,
    version: typeof version === "string" ? version : undefined,
    boundTo: typeof boundTo === "string" ? boundTo : undefined,
  };
}

function rebuildRecord(
  { replaces, host, since, finished }: Fields,
  common: Pick<RebuildRecord, "kind" | "address" | "manager">,
): RebuildRecord | undefined {
  if (typeof replaces !== "string" || typeof host !== "string" || typeof since !== "string") return undefined;
  return { ...common, replaces, host, since, finished: typeof finished === "string" ? finished : undefined };
}

function managerRecord(
  { url, host, takeovers }: Fields,
  common: Pick<ManagerRecord, "kind" | "address" | "manager">,
): ManagerRecord | undefined {
  if (typeof url !== "string" || typeof host !== "string") return undefined;
  const isWhole = Array.isArray(takeovers) && takeovers.every(isTakeover);
  return { ...common, url, host, takeovers: isWhole ? takeovers : undefined };
}

function isTakeover(value: unknown): value is Takeover {
  if (!isFields(value)) return false;
  const { by, of, keys } = value;
  return typeof by === "string" && isTexts(of) && (keys === undefined || isTexts(keys));
}

function agentRecord(
  { agent, digest, versions, answer, count }: Fields,
  common: Pick<AgentRecord, "kind" | "address" | "manager">,
): AgentRecord | undefined {
  if (!isFields(agent) || typeof agent.host !== "string" || typeof agent.managerHost !== "string") {
    return undefined;
  }
  if (typeof count !== "number") return undefined;
  const { kind, address, manager } = common;
  const ref = { host: agent.host, managerHost: agent.managerHost };
  // A start reads ten thousand of them, and spreading objects takes several times as long.
  if (typeof digest !== "string") return { kind, address, manager, agent: ref, count };
  const known = knownAnswer(answer);
  const record = { kind, address, manager, agent: ref, digest, count };
  if (known === undefined) return typeof versions === "string" ? { ...record, versions } : record;
  return typeof versions === "string" ? { ...record, versions, answer: known } : { ...record, answer: known };
}

function knownAnswer(value: unknown): KnownAnswer | undefined {
  if (!isFields(value)) return undefined;
  const { digest, others } = value;
  return typeof digest === "string" && isTexts(others) ? { digest, others } : undefined;
}

function isTexts(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((each) => typeof each === "string");
}

function isFields(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
