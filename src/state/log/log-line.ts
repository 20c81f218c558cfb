import { crc32 } from "node:zlib";

/**
 * One line of the state's log: `<crc32 hex> <head JSON>\t<body JSON>\n`. The checksum covers all between the blank
 * and the line feed. JSON escapes tabs and line feeds, so no head or body contains one.
 */
const BLANK = 0x20;
const TAB = 0x09;
const CHECKSUM_LENGTH = 8;
const CONTENT = CHECKSUM_LENGTH + 1;
const NO_CHECKSUM = "0".repeat(CHECKSUM_LENGTH);
const LINE_FEED = 0x0a;
const NO_BODY = Buffer.alloc(0);

export interface Line {
  readonly head: unknown;
  /** A slice of the original buffer, which is parsed only if it is needed. */
  readonly body: Buffer;
  readonly checksum: number;
}

export function encodeLine(head: object, body: Buffer = NO_BODY): Buffer {
  const start = `${NO_CHECKSUM} ${JSON.stringify(head)}\t`;
  const bodyAt = Buffer.byteLength(start);
  const line = Buffer.allocUnsafe(bodyAt + body.length + 1);
  line.write(start);
  line.set(body, bodyAt);
  line[line.length - 1] = LINE_FEED;
  line.write(hex(crc32(line.subarray(CONTENT, -1))), "latin1");
  return line;
}

/** Reads a line without its line feed. Returns `undefined` if it is incomplete. */
export function decodeLine(line: Buffer): Line | undefined {
  const checksum = checksumOf(line);
  const tab = line.indexOf(TAB);
  if (checksum === undefined || tab === -1) return undefined;
  try {
    return { head: JSON.parse(line.toString("utf8", CONTENT, tab)), body: line.subarray(tab + 1), checksum };
  } catch {
    return undefined;
  }
}

/** The body of a line that was read before; `undefined` if it is another line now. */
export function bodyOfLine(line: Buffer, checksum: number): Buffer | undefined {
  return checksumOf(line) === checksum ? line.subarray(line.indexOf(TAB) + 1) : undefined;
}

/** Whether a line's checksum is correct. */
export function isWhole(line: Buffer): boolean {
  return checksumOf(line) !== undefined;
}

/** Returns `undefined` if it is not the one that the line begins with. */
function checksumOf(line: Buffer): number | undefined {
  if (line[CHECKSUM_LENGTH] !== BLANK) return undefined;
  const checksum = crc32(line.subarray(CONTENT));
  return line.toString("latin1", 0, CHECKSUM_LENGTH) === hex(checksum) ? checksum : undefined;
}

function hex(checksum: number): string {
  return checksum.toString(16).padStart(CHECKSUM_LENGTH, "0");
}
