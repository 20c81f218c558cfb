import type { PartitionLog } from "../storage";
import type { PartitionChange } from "./backend";

/** A log on a server. Every write is atomic, so the log is never torn. */
export class RemoteLog implements PartitionLog {
  readonly #write: (change: PartitionChange) => Promise<void>;
  #length: number;
  #draft = Buffer.alloc(0);

  constructor(length: number, write: (change: PartitionChange) => Promise<void>) {
    this.#length = length;
    this.#write = write;
  }

  get length(): number {
    return this.#length;
  }

  async append(lines: readonly Buffer[]): Promise<void> {
    const log = Buffer.concat(lines);
    await this.#write({ do: "append", log });
    this.#length += log.length;
  }

  async draft(lines: Iterable<Buffer>): Promise<number> {
    this.#draft = Buffer.concat([...lines]);
    return this.#draft.length;
  }

  async install(length: number): Promise<void> {
    await this.#write({ do: "replace", log: this.#draft });
    this.#draft = Buffer.alloc(0);
    this.#length = length;
  }

  async close(): Promise<void> {}
}
