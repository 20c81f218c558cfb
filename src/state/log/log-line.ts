import { crc32 } from "node:zlib";

/**
 * One line of the state's log: `<crc32 hex> <head JSON>\t<body JSON>\n`. The checksum covers all between the blank
 * and the line feed. JSON escapes tabs and line feeds, so no head or body contains one.
 */
const BLANK = 0x20;
const TAB = 0x09;
const CHECKSUM_LENGTH = 8;
const NO_CHECKSUM = "0".repeat(CHECKSUM_LENGTH);
const LINE_FEED = 0x0a;
const NO_BODY = Buffer.alloc(0);

export interface Line {
  readonly head: unknown;
  /** A slice of the original buffer, which is parsed only if it is needed. */
  readonly body: Buffer;
}

export function encodeLine(head: object, body: Buffer = NO_BODY): Buffer {
  const start = `${NO_CHECKSUM} ${JSON.stringify(head)}\t`;
  const bodyAt = Buffer.byteLength(start);
  const line = Buffer.allocUnsafe(bodyAt + body.length + 1);
  line.write(start);
  line.set(body, bodyAt);
  line[line.length - 1] = LINE_FEED;
  line.write(checksum(line.subarray(CHECKSUM_LENGTH + 1, -1)), "latin1");
  return line;
}

/** Reads a line without its line feed. Returns `undefined` if it is incomplete. */
export function decodeLine(line: Buffer): Line | undefined {
  const content = lineContent(line);
  if (content === undefined) return undefined;
  const tab = content.indexOf(TAB);
  if (tab === -1) return undefined;
  try {
    return { head: JSON.parse(content.toString("utf8", 0, tab)), body: content.subarray(tab + 1) };
  } catch {
    return undefined;
  }
}

/** Whether a line's checksum is correct. */
export function isWhole(line: Buffer): boolean {
  return lineContent(line) !== undefined;
}

function lineContent(line: Buffer): Buffer | undefined {
  if (line[CHECKSUM_LENGTH] !== BLANK) return undefined;
  const content = line.subarray(CHECKSUM_LENGTH + 1);
  return line.toString("latin1", 0, CHECKSUM_LENGTH) === checksum(content) ? content : undefined;
}

function checksum(content: Buffer): string {
  return crc32(content).toString(16).padStart(CHECKSUM_LENGTH, "0");
}
