import type { AuditRecord } from "../../model/audit";
import type { ChainEnd } from "./line";

/** Where lines of a trail are put. One call at a time. */
export interface TrailPlace {
  /** As a person reads it. */
  readonly shown: string;
  /**
   * Adds lines behind the last one; they are kept as well as the place can when it resolves. Rejects with a `TrailFault`, and then may
   * have added a part of them.
   */
  append(records: readonly AuditRecord[]): Promise<ChainEnd>;
  /** Finds out, without a line, whether lines could be added; resolves to what is there. Rejects with a `TrailFault`. */
  prove(): Promise<string>;
  close(): Promise<void>;
}

/** Why a place takes no lines. */
export class TrailFault extends Error {
  override readonly name = "TrailFault";
  readonly remedy: string;

  /** `message` is the end of a sentence. */
  constructor(message: string, remedy: string, options?: ErrorOptions) {
    super(message, options);
    this.remedy = remedy;
  }
}
