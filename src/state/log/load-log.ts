import { isAbsolute } from "node:path";
import { type DiagnosticError, failure } from "../../model/diagnostic";
import { damageRemedy, type LogPlace, lineOf } from "./damage";
import { Lines } from "./lines";
import { entryFromHead, headerFromHead, LOG_VERSION, type LogEntry, type LogHeader } from "./log-entry";
import { decodeLine, isWhole, type Line } from "./log-line";
import { BodyInLog, type OpenLog } from "./open-log";
import { StateContents } from "./state-contents";

export interface LoadedLog {
  readonly contents: StateContents;
  readonly header: LogHeader;
  /** Bytes up to the end of the last complete line. The rest is an unfinished write. */
  readonly length: number;
  readonly torn: boolean;
}

/**
 * Reads a log. It parses only heads; bodies stay slices of the bytes, or in the open log. It leaves out an unfinished
 * last write. Throws a `DiagnosticError` (`state-corrupted`, `state-unreadable`) that names the line for any other
 * damage.
 */
export function loadLog(log: Buffer | OpenLog, place: LogPlace, keyId: string | undefined): LoadedLog {
  const lines = new Lines(log);
  const first = lineAt(lines, 0);
  if (first?.line === undefined) throw corrupted(place, 1);
  const header = readHeader(first.line.head, place);
  const contents = new StateContents(header.lineage, header.serial, header.keyId !== (keyId ?? header.keyId));
  let offset = first.end;
  let number = 2;
  for (; offset < log.length; number++) {
    const found = lineAt(lines, offset);
    if (found?.line === undefined) {
      if (found !== undefined && hasWholeLine(lines, found.end)) throw corrupted(place, number);
      break;
    }
    const entry = nextEntry(contents, header, found.line, number);
    if (entry === undefined) throw corrupted(place, number);
    const bytes = found.end - offset;
    const { body, checksum } = found.line;
    const isKept = body.length > 0 && !Buffer.isBuffer(log);
    contents.apply(entry, isKept ? new BodyInLog(log, offset, bytes - 1, checksum, number) : body, bytes);
    offset = found.end;
  }
  // The file got its name after its first lines were durable, so they cannot be an unfinished write.
  if (number - 2 < header.entries) throw corrupted(place, number);
  return { contents, header, length: offset, torn: offset < log.length };
}

interface FoundLine {
  /** `undefined` if the line is incomplete. */
  readonly line: Line | undefined;
  /** Offset of the next line. */
  readonly end: number;
}

function lineAt(lines: Lines, offset: number): FoundLine | undefined {
  const line = lines.at(offset);
  return line && { line: decodeLine(line), end: offset + line.length + 1 };
}

function hasWholeLine(lines: Lines, from: number): boolean {
  for (let offset = from; ; ) {
    const line = lines.at(offset);
    if (line === undefined) return false;
    if (isWhole(line)) return true;
    offset += line.length + 1;
  }
}

/** The entry of the next line; `undefined` if it is not one. */
function nextEntry(
  contents: StateContents,
  header: LogHeader,
  { head }: Line,
  number: number,
): LogEntry | undefined {
  const entry = entryFromHead(head);
  if (entry === undefined || number - 2 < header.entries) return entry;
  // A gap or a repeated number means that lines were lost, or that two runs wrote at the same time.
  if (entry.serial !== contents.serial + 1) return undefined;
  contents.serial = entry.serial;
  return entry;
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
