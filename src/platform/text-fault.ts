import { type ForeignFile, isUtf16 } from "./foreign-file";

const SAVE_AS_UTF8 = "save it as UTF-8 text";
/** As much as is searched for the zeros that UTF-16 has between ASCII characters. */
const HEAD_BYTES = 200;
/** As much as is searched for a CR inside the text: more than any line of a text by hand. */
const LINE_BYTES = 64 * 1024;

export interface TextFault extends ForeignFile {
  /** The line that has it, counted from 1, if it is not the file as a whole. */
  readonly line?: number;
}

/**
 * Why text cannot be read as it is stored; `undefined` if nothing of that kind is wrong. A mark of UTF-8 at its
 * beginning is a fault only for readers that cannot skip it.
 */
export function textFault(bytes: Uint8Array, { skipsMark = true } = {}): TextFault | undefined {
  const encoding = encodingFault(bytes);
  if (encoding !== undefined) return encoding;
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (!skipsMark && hasMark(bytes)) {
    return { why: "begins with a byte-order mark", remedy: "save it as UTF-8 without a byte-order mark" };
  }
  if (
    text.includes("\r") &&
    /\r[^\r]/s.test(text.toString("latin1", 0, LINE_BYTES)) &&
    !text.includes("\n")
  ) {
    return { why: "has lines that end with CR only", remedy: "save it with the line ends LF" };
  }
  const line = conflictLine(text);
  if (line === undefined) return undefined;
  return {
    why: `has the conflict markers of Git, from line ${line} on`,
    remedy: "resolve the conflict",
    line,
  };
}

/** Why bytes are not UTF-8 text, if their beginning shows it. */
export function encodingFault(bytes: Uint8Array): ForeignFile | undefined {
  const [first, second, third, fourth] = bytes;
  const isUtf32 =
    (first === 0xff && second === 0xfe && third === 0 && fourth === 0) ||
    (first === 0 && second === 0 && third === 0xfe && fourth === 0xff);
  if (isUtf32) return { why: "is UTF-32 text", remedy: SAVE_AS_UTF8 };
  if (isUtf16(bytes)) return { why: "is UTF-16 text", remedy: SAVE_AS_UTF8 };
  if (!hasZeros(bytes)) return undefined;
  return { why: "is UTF-16 text without a byte-order mark", remedy: SAVE_AS_UTF8 };
}

function hasMark(bytes: Uint8Array): boolean {
  return bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf;
}

/** Whether each second byte is zero, and no other one. */
function hasZeros(bytes: Uint8Array): boolean {
  const head = bytes.subarray(0, Math.min(bytes.length, HEAD_BYTES) & ~1);
  if (head.length < 4) return false;
  const isZero = (parity: number, zero: boolean) =>
    head.every((byte, at) => at % 2 !== parity || (byte === 0) === zero);
  return (isZero(0, true) && isZero(1, false)) || (isZero(1, true) && isZero(0, false));
}

/** The first line of a conflict that Git left in a file: all of its three markers have to be there. */
function conflictLine(text: Buffer): number | undefined {
  const from = text.indexOf("<<<<<<< ");
  if (from < 0 || !text.includes("\n>>>>>>> ")) return undefined;
  const [before] = text.toString("latin1").split(/^<<<<<<< /m, 1);
  if (before === undefined || !/^=======\r?$/m.test(text.toString("latin1", before.length))) return undefined;
  return before.split("\n").length;
}
