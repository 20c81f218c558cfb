import { createHash } from "node:crypto";
import { AUDIT_FORMAT_VERSION, type AuditLink, type AuditRecord } from "../../model/audit";

/** A line as it was read. */
export type AuditLine = AuditLink & AuditRecord;

/** Where a chain ends. */
export interface ChainEnd {
  readonly chain: string;
  /** Number of its last line; 0 before the first. */
  readonly line: number;
  /** Digest of its last line. */
  readonly digest: string | null;
}

/** The digest of a line's bytes, without its line end: the next line has it as `previous`. */
export function digestOfLine(text: string | Buffer): string {
  return `sha256:${createHash("sha256").update(text).digest("hex")}`;
}

/** Links a record to the end of a chain. */
export function linkLine(
  end: ChainEnd,
  record: AuditRecord,
): { readonly text: string; readonly end: ChainEnd } {
  const line = end.line + 1;
  const { chain, digest: previous } = end;
  const link: AuditLink = { format_version: AUDIT_FORMAT_VERSION, chain, line, previous };
  const text = asciiJson({ ...link, ...record });
  return { text, end: { chain: end.chain, line, digest: digestOfLine(text) } };
}

/** Parses a line of a trail; `undefined` for any other text. */
export function parseLine(text: string): AuditLine | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  return isLine(value) ? value : undefined;
}

/** The start of every line, complete or not. */
export const LINE_START = `{"format_version":"${AUDIT_FORMAT_VERSION}","chain":"`;

function isLine(value: unknown): value is AuditLine {
  if (typeof value !== "object" || value === null) return false;
  const { format_version, chain, line, previous, time, run, command, event, who } = value as Partial<
    Record<string, unknown>
  >;
  const texts = [chain, time, run, command, event];
  return (
    format_version === AUDIT_FORMAT_VERSION &&
    texts.every((each) => typeof each === "string") &&
    Number.isSafeInteger(line) &&
    (line as number) > 0 &&
    (previous === null || typeof previous === "string") &&
    typeof who === "object" &&
    who !== null
  );
}

/** ASCII only, so that names in a line cannot affect the terminal, the log server or the table that shows it. */
function asciiJson(value: object): string {
  return JSON.stringify(value).replace(
    /[^ -~]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}
