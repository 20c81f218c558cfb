import type { AuditRecord } from "../../model/audit";
import type { ChainEnd } from "./line";
import { TrailFault, type TrailPlace } from "./trail-place";

interface Waiting {
  readonly record: AuditRecord;
  readonly resolve: () => void;
  readonly reject: (fault: TrailFault) => void;
}

/**
 * The lines of one run, in the order in which they are added; lines that wait at the same time are written together.
 * After a failure, it accepts no more lines except the `last` ones.
 */
export class Trail {
  readonly place: TrailPlace;
  #waiting: Waiting[] = [];
  #writing: Promise<void> | undefined;
  #fault: TrailFault | undefined;
  #lines = 0;
  #end: ChainEnd | undefined;

  constructor(place: TrailPlace) {
    this.place = place;
  }

  /** Number of written lines, and the digest of the last one. */
  get written(): { readonly lines: number; readonly last: string | undefined } {
    return { lines: this.#lines, last: this.#end?.digest ?? undefined };
  }

  /** Resolves when the line is stored. Rejects with a `TrailFault`. */
  add(record: AuditRecord): Promise<void> {
    if (this.#fault !== undefined) return Promise.reject(this.#fault);
    return new Promise((resolve, reject) => {
      this.#waiting.push({ record, resolve, reject });
      this.#writing ??= this.#writeAll();
    });
  }

  /** Tries once more, even after a failure, to record what was done. */
  async last(records: readonly AuditRecord[]): Promise<void> {
    await this.#writing;
    this.#fault = undefined;
    try {
      await this.#append(records);
    } finally {
      await this.place.close();
    }
  }

  async #writeAll(): Promise<void> {
    while (this.#waiting.length > 0) {
      const batch = this.#waiting;
      this.#waiting = [];
      try {
        if (this.#fault !== undefined) throw this.#fault;
        await this.#append(batch.map(({ record }) => record));
        for (const { resolve } of batch) resolve();
      } catch (error) {
        this.#fault = faultOf(error);
        for (const { reject } of batch) reject(this.#fault);
      }
    }
    this.#writing = undefined;
  }

  async #append(records: readonly AuditRecord[]): Promise<void> {
    this.#end = await this.place.append(records);
    this.#lines += records.length;
  }
}

export function faultOf(error: unknown): TrailFault {
  if (error instanceof TrailFault) return error;
  throw error;
}
