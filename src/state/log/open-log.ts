import { type DiagnosticError, failure } from "../../model/diagnostic";
import { type LogPlace, lineOf } from "./damage";
import { bodyOfLine } from "./log-line";

/** A log in an open file. */
export interface OpenLog {
  readonly place: LogPlace;
  /** Bytes when it was opened. */
  readonly length: number;
  /**
   * Fills the buffer with the bytes from an offset on, and returns them: fewer at the end of the log. Throws a
   * `DiagnosticError` (`state-unreadable`).
   */
  read(into: Buffer, offset: number): Buffer;
  close(): void;
}

/** A body of an agent: its bytes, or where an open log has them. */
export type StoredBody = Buffer | BodyInLog;

/** Throws a `DiagnosticError` (`state-unreadable`, `state-corrupted`) if an open log does not have the body any more. */
export function bytesOf(body: StoredBody): Buffer {
  return body instanceof BodyInLog ? body.read() : body;
}

/** A body that is read each time that it is needed. */
export class BodyInLog {
  readonly #log: OpenLog;
  readonly #offset: number;
  readonly #length: number;
  readonly #checksum: number;
  readonly #number: number;

  /** The place of the whole line, without its line feed; its checksum, and its number. */
  constructor(log: OpenLog, offset: number, length: number, checksum: number, number: number) {
    this.#log = log;
    this.#offset = offset;
    this.#length = length;
    this.#checksum = checksum;
    this.#number = number;
  }

  read(): Buffer {
    const line = this.#log.read(Buffer.allocUnsafe(this.#length), this.#offset);
    const body = bodyOfLine(line, this.#checksum);
    if (body === undefined) throw changedMeanwhile(this.#log.place, this.#number);
    return body;
  }
}

function changedMeanwhile({ file, manager }: LogPlace, line: number): DiagnosticError {
  return failure({
    code: "state-corrupted",
    summary: `${lineOf(file, line)} was changed by something else while this run read it`,
    remedy: "make sure that nothing but jp1im writes to it, then run the command again",
    address: manager,
  });
}
