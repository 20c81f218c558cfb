import type { AuditRecord } from "../../model/audit";
import type { ChainEnd } from "./line";

/** A destination for the lines of a trail. One call at a time. */
export interface TrailPlace {
  /** The place, for messages. */
  readonly shown: string;
  /**
   * Appends lines; when it resolves, they are stored as durably as the place permits. If it rejects, with a
   * `TrailFault`, it may have added some of them.
   */
  append(records: readonly AuditRecord[]): Promise<ChainEnd>;
  /**
   * Checks, without writing a line, whether lines could be added; resolves to a description of the place. Rejects
   * with a `TrailFault`.
   */
  prove(): Promise<string>;
  close(): Promise<void>;
}

/** Why a place accepts no lines. */
export class TrailFault extends Error {
  override readonly name = "TrailFault";
  readonly remedy: string;

  /** `message` is the end of a sentence. */
  constructor(message: string, remedy: string, options?: ErrorOptions) {
    super(message, options);
    this.remedy = remedy;
  }
}
