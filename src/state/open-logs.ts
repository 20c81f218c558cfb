import type { OpenLog } from "./log/open-log";
import type { Storage } from "./storage";

/** The logs of a state that a run has open. */
export class OpenLogs {
  readonly #storage: Storage;
  readonly #open = new Set<OpenLog>();

  constructor(storage: Storage) {
    this.#storage = storage;
  }

  async open(manager: string): Promise<Buffer | OpenLog | undefined> {
    const log = await (this.#storage.open?.(manager) ?? this.#storage.read(manager));
    if (log !== undefined && !Buffer.isBuffer(log)) this.#open.add(log);
    return log;
  }

  close(): void {
    for (const log of this.#open) log.close();
  }
}
