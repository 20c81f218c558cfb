import type { FileSystem } from "../../platform/file-system";
import { type ChainEnd, digestOfLine, LINE_START, parseLine } from "./line";
import { TrailFault } from "./trail-place";

export interface EndOfFile {
  readonly end: ChainEnd;
  /** The last line is incomplete. */
  readonly isTorn: boolean;
  readonly needsLineEnd: boolean;
}

/** Longer than most lines. */
const FIRST_WINDOW = 64 * 1024;
/** Longer than any line: a thousand keys of a thousand characters, each escaped. */
const LARGEST_WINDOW = 64 * 1024 ** 2;

/** The end of the chain in a file, from its last lines. Rejects with a `TrailFault` for a file that is not a trail. */
export async function endOfFile(
  fileSystem: FileSystem,
  path: string,
  size: number,
  newChain: () => string,
): Promise<EndOfFile> {
  if (size === 0)
    return { end: { chain: newChain(), line: 0, digest: null }, isTorn: false, needsLineEnd: false };
  for (let window = FIRST_WINDOW; ; window *= 4) {
    const from = Math.max(0, size - window);
    const bytes = await fileSystem.readFrom(path, from, size - from);
    const end = endIn(bytes, from === 0, newChain);
    if (end !== undefined) return end;
    if (from === 0 || window >= LARGEST_WINDOW) throw noTrail();
  }
}

/** `undefined` if these bytes do not contain the last complete line of a trail. */
function endIn(bytes: Buffer, isWhole: boolean, newChain: () => string): EndOfFile | undefined {
  const needsLineEnd = bytes.at(-1) !== 0x0a;
  const lines = splitLines(needsLineEnd ? bytes : bytes.subarray(0, -1));
  const last = lines.at(-1);
  if (last === undefined) return undefined;
  // The first piece may be the end of a longer line.
  for (let at = lines.length - 1; at >= (isWhole ? 0 : 1); at--) {
    const line = parseLine(lines[at]?.toString("utf8") ?? "");
    if (line === undefined) continue;
    if (line.chain === line.run) throw ofRuns();
    const torn = lines.length - 1 - at;
    const end = { chain: line.chain, line: line.line + torn, digest: digestOfLine(last) };
    return { end, isTorn: torn > 0 || needsLineEnd, needsLineEnd };
  }
  if (!isWhole || lines.length > 1 || !isStartOfLine(last)) return undefined;
  // Even the first line is incomplete.
  return { end: { chain: newChain(), line: 1, digest: digestOfLine(last) }, isTorn: true, needsLineEnd };
}

function splitLines(bytes: Buffer): readonly Buffer[] {
  const lines: Buffer[] = [];
  for (let start = 0; start <= bytes.length; ) {
    const at = bytes.indexOf(0x0a, start);
    const end = at < 0 ? bytes.length : at;
    lines.push(bytes.subarray(start, end));
    start = end + 1;
  }
  return lines;
}

/** Whether the bytes are the start of a line; after a power failure the file may have zeros after it. */
function isStartOfLine(bytes: Buffer): boolean {
  const text = bytes.toString("latin1").replace(/\0+$/, "");
  return text.startsWith(LINE_START) || LINE_START.startsWith(text);
}

/** The error for a file with the chains of runs: a chain of the file could not continue them. */
function ofRuns(): TrailFault {
  return new TrailFault(
    "each run in it has a chain of its own, as a program or a log server kept it",
    "name a file of its own in `audit.file`; a new one is made",
  );
}

function noTrail(): TrailFault {
  return new TrailFault(
    "it holds something else than an audit trail",
    "name a file of its own in `audit.file`; a new one is made",
  );
}
