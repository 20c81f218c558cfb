import { isAbsolute } from "node:path";
import { type DiagnosticError, failure } from "../../model/diagnostic";
import { damageRemedy, type LogPlace, lineOf } from "./damage";
import { entryFromHead, headerFromHead, LOG_VERSION, type LogHeader } from "./log-entry";
import { decodeLine, isWhole, type Line } from "./log-line";
import { StateContents } from "./state-contents";

const LINE_FEED = 0x0a;

export interface LoadedLog {
  readonly contents: StateContents;
  readonly header: LogHeader;
  /** Bytes up to the end of the last complete line. The rest is an unfinished write. */
  readonly length: number;
  readonly torn: boolean;
}

/**
 * Reads a log. It parses only heads; bodies stay slices of `bytes`. It leaves out an unfinished last write. Throws a
 * `DiagnosticError` (`state-corrupted`, `state-unreadable`) that names the line for any other damage.
 */
export function loadLog(bytes: Buffer, place: LogPlace, keyId: string | undefined): LoadedLog {
  const first = lineAt(bytes, 0);
  if (first?.line === undefined) throw corrupted(place, 1);
  const header = readHeader(first.line.head, place);
  const contents = new StateContents(header.lineage, header.serial, header.keyId !== (keyId ?? header.keyId));
  let offset = first.end;
  let number = 2;
  for (; offset < bytes.length; number++) {
    const line = lineAt(bytes, offset);
    if (line?.line === undefined) {
      if (line !== undefined && hasWholeLine(bytes, line.end)) throw corrupted(place, number);
      break;
    }
    takeIn(contents, header, line, { place, number });
    offset = line.end;
  }
  // The file got its name after its first lines were durable, so they cannot be an unfinished write.
  if (number - 2 < header.entries) throw corrupted(place, number);
  return { contents, header, length: offset, torn: offset < bytes.length };
}

interface FoundLine {
  /** `undefined` if the line is incomplete. */
  readonly line: Line | undefined;
  readonly bytes: number;
  /** Offset of the next line. */
  readonly end: number;
}

function lineAt(bytes: Buffer, offset: number): FoundLine | undefined {
  const feed = bytes.indexOf(LINE_FEED, offset);
  if (feed === -1) return undefined;
  return { line: decodeLine(bytes.subarray(offset, feed)), bytes: feed + 1 - offset, end: feed + 1 };
}

function hasWholeLine(bytes: Buffer, from: number): boolean {
  for (let offset = from; ; ) {
    const feed = bytes.indexOf(LINE_FEED, offset);
    if (feed === -1) return false;
    if (isWhole(bytes.subarray(offset, feed))) return true;
    offset = feed + 1;
  }
}

function takeIn(
  contents: StateContents,
  header: LogHeader,
  { line, bytes }: FoundLine,
  at: { readonly place: LogPlace; readonly number: number },
): void {
  const entry = entryFromHead(line?.head);
  if (entry === undefined || line === undefined) throw corrupted(at.place, at.number);
  if (at.number - 2 >= header.entries) {
    // A gap or a repeated number means that lines were lost, or that two runs wrote at the same time.
    if (entry.serial !== contents.serial + 1) throw corrupted(at.place, at.number);
    contents.serial = entry.serial;
  }
  contents.apply(entry, line.body, bytes);
}

function readHeader(head: unknown, place: LogPlace): LogHeader {
  const { file } = place;
  const header = headerFromHead(head);
  if (header === undefined) throw corrupted(place, 1);
  if (header === "foreign") {
    throw failure({
      code: "state-unreadable",
      summary: `${file} is not a state of jp1im`,
      remedy: isAbsolute(file) ? "move it away, or name another state folder" : damageRemedy(place),
    });
  }
  if ("lineage" in header) return header;
  throw failure({
    code: "state-unreadable",
    summary: `${file} has format ${header.version}, and this version of jp1im reads format ${LOG_VERSION}`,
    remedy: "use the version of jp1im that wrote it, or a newer one",
  });
}

function corrupted(place: LogPlace, line: number): DiagnosticError {
  return failure({
    code: "state-corrupted",
    summary: `${lineOf(place.file, line)} is damaged, and it is not the end of an interrupted write`,
    remedy: damageRemedy(place),
  });
}
