/** A document on the server: the part of one manager, or the list of all managers. */
import { gunzipSync, gzipSync } from "node:zlib";
import { type DiagnosticError, failure } from "../../model/diagnostic";
import { suggest } from "../../model/shell-command";
import type { LockHolder } from "../../model/state-listing";
import { ForeignDocumentError } from "../hidden-part";
import { type LastPut, lastPutFrom } from "../last-put";
import { holderFromJson } from "../lock/holder-json";
import { putBack } from "../log/damage";
import type { PartitionChange } from "../remote/backend";

/** A version of Terraform's state format. Terraform refuses to read, and so to overwrite, a later one. */
const NOT_TERRAFORM = 1_000;
const VERSION = 1;
const MOST_BYTES = 1 << 30;

export interface Document {
  /** Counts the writes. A server may refuse a serial that it has. */
  readonly serial: number;
  readonly lineage?: string | undefined;
  readonly content: Content;
}

export type Content = PartitionContent | IndexContent;

export interface PartitionContent {
  readonly manager: string;
  /** The run that wrote last, if it has not released its lock. */
  readonly lock?: LockHolder | undefined;
  readonly log?: Buffer | undefined;
  /** Sealed secrets that wait for their delivery. */
  readonly kept: ReadonlyMap<string, string>;
}

export type PartitionDocument = Document & { readonly content: PartitionContent };

export interface IndexContent {
  readonly managers: readonly string[];
  /** Those whose part was written. */
  readonly begun?: readonly string[] | undefined;
  /** The ID of the state's key. */
  readonly keyId?: string | undefined;
  readonly put?: LastPut | undefined;
}

/** Whether the server has no such document. */
export function isAbsent({ serial }: PartitionDocument): boolean {
  return serial === 0;
}

/** Whether the server has no document of ours there. */
export async function isMissing(read: Promise<PartitionDocument>): Promise<boolean> {
  try {
    return isAbsent(await read);
  } catch (error) {
    if (error instanceof ForeignDocumentError) return true;
    throw error;
  }
}

/** The content after a write. */
export function applyTo(content: PartitionContent, change: PartitionChange): PartitionContent {
  switch (change.do) {
    case "append":
      return { ...content, log: Buffer.concat([content.log ?? Buffer.alloc(0), change.log]) };
    case "replace":
      return { ...content, log: change.log };
    case "keep":
      return { ...content, kept: new Map([...content.kept, [change.name, change.text]]) };
    case "remove":
      return { ...content, kept: new Map([...content.kept].filter(([name]) => name !== change.name)) };
    case "settle":
      return content;
  }
}

export function documentToJson({ serial, lineage, content }: Document): string {
  const head = { version: NOT_TERRAFORM, serial, lineage };
  if ("managers" in content) return JSON.stringify({ ...head, jp1im: { version: VERSION, ...content } });
  const { manager, lock, log, kept } = content;
  return JSON.stringify({
    ...head,
    jp1im: {
      ...{ version: VERSION, manager, lock },
      // Half the size of the plain lines, although Base64 adds a third.
      log: log && gzipSync(log).toString("base64"),
      kept: Object.fromEntries(kept),
    },
  });
}

/** Throws a `DiagnosticError` (`state-unreadable`, `state-corrupted`) for a document that this tool did not write. */
export function partitionFromJson(text: string, manager: string, url: string) {
  const remedy = `${VERSIONS}; or ${putBack(manager)}`;
  const { head, jp1im } = ourDocument(text, url, { damage: remedy, giveUp: suggest("state", "rm", manager) });
  if (jp1im.manager !== manager) throw ofAnother(url, manager, jp1im.manager);
  try {
    const lock = jp1im.lock === undefined ? undefined : holderFromJson(JSON.stringify(jp1im.lock));
    const content: PartitionContent = {
      manager,
      lock,
      log: typeof jp1im.log === "string" ? unzipped(jp1im.log) : undefined,
      kept: new Map(Object.entries(textsIn(jp1im.kept))),
    };
    return { ...head, content };
  } catch {
    throw damaged(url, remedy);
  }
}

/** The serial from which the repair of a damaged part continues. */
export function serialInDamaged(text: string | undefined): number {
  const serial = parsed(text ?? "")?.serial;
  return typeof serial === "number" && Number.isSafeInteger(serial) ? serial : 0;
}

/** Throws as `partitionFromJson` does. */
export function indexFromJson(text: string, url: string) {
  const { head, jp1im } = ourDocument(text, url, { damage: INDEX_REMEDY, notJson: INDEX_REMEDY });
  const { managers, begun, keyId } = jp1im;
  // The identity is written before anything else.
  const isNamed = head.lineage !== undefined || (keyId ?? jp1im.put) === undefined;
  const put = jp1im.put === undefined ? undefined : lastPutFrom(jp1im.put);
  if (!areTexts(managers) || !isNamed || !["undefined", "string"].includes(typeof keyId))
    throw damaged(url, INDEX_REMEDY);
  return {
    ...head,
    content: {
      ...{
        managers,
        begun: areTexts(begun) ? begun : undefined,
        keyId: typeof keyId === "string" ? keyId : undefined,
        put,
      },
    } satisfies IndexContent,
  };
}

/** The parts of the managers contain all important data. */
const INDEX_REMEDY =
  "restore an earlier version of the document on the server, or delete it and run `jp1im apply` for all managers at once, which makes it again; if every document of the server is so, check the address of the state, and whether a login page or a proxy answers in its place";

const VERSIONS = "restore an earlier version of the document on the server, where it keeps versions";

/** Remedies for a damaged document, and for a document of something else. */
interface Remedies {
  readonly damage: string;
  readonly notJson?: string;
  /** The command that takes the manager off the list. */
  readonly giveUp?: string;
}

function ourDocument(text: string, url: string, { damage, notJson: remedy, giveUp }: Remedies) {
  const value = parsed(text);
  if (value === undefined) throw notJson(url, remedy);
  const jp1im = value.jp1im;
  if (!isObject(jp1im)) throw ofSomethingElse(url, "terraform_version" in value, giveUp);
  if (jp1im.version !== VERSION) throw tooNew(url);
  const { serial, lineage } = value;
  if (!Number.isSafeInteger(serial)) throw damaged(url, damage);
  const head = { serial: serial as number, lineage: typeof lineage === "string" ? lineage : undefined };
  return { head, jp1im };
}

function parsed(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function unzipped(text: string): Buffer {
  return gunzipSync(Buffer.from(text, "base64"), { maxOutputLength: MOST_BYTES });
}

function areTexts(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((each) => typeof each === "string");
}

function textsIn(value: unknown): Record<string, string> {
  if (!isObject(value)) throw new Error("no mapping");
  for (const text of Object.values(value)) if (typeof text !== "string") throw new Error("no text");
  return value as Record<string, string>;
}

function notJson(
  url: string,
  remedy = "check the address of the state, and whether a login page or a proxy answers in the server's place",
): DiagnosticError {
  return failure({
    code: "state-unreadable",
    summary: `${url} answered with something that is not JSON, such as a web page`,
    remedy,
  });
}

function ofSomethingElse(url: string, isTerraforms: boolean, giveUp?: string): DiagnosticError {
  const first = giveUp && `; where \`state pull\` or \`state migrate\` stops here, first run ${giveUp}`;
  return new ForeignDocumentError([
    {
      code: "state-unreadable",
      severity: "error",
      summary: `${url} holds ${isTerraforms ? "a state of Terraform" : "a document that jp1im did not write"}, which is left as it is`,
      remedy: `give jp1im's state an address of its own: another path around \`{manager}\`${first ?? ""}`,
    },
  ]);
}

function ofAnother(url: string, manager: string, holder: unknown): DiagnosticError {
  const what = typeof holder === "string" ? `the state of ${holder}` : "no manager's state";
  return failure({
    code: "state-unreadable",
    summary: `${url} should hold the state of ${manager}, and holds ${what}`,
    remedy:
      "check that the server keeps a document for each name: it may take capital letters for small ones, or cut names",
  });
}

function tooNew(url: string): DiagnosticError {
  return failure({
    code: "state-unreadable",
    summary: `${url} was written by a newer version of jp1im`,
    remedy: "install that version, or a later one",
  });
}

function damaged(url: string, remedy: string): DiagnosticError {
  return failure({
    code: "state-corrupted",
    summary: `the state at ${url} is damaged`,
    remedy,
  });
}
