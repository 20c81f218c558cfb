import { createHash } from "node:crypto";

/** Everything that happened in a history, as lines; its digest tells whether a replay is the same. */
export class Trace {
  readonly faults = new Map<string, number>();
  readonly #lines: string[] = [];

  add(line: string): void {
    this.#lines.push(line);
  }

  /** A mishap that really happened. */
  fault(kind: string): void {
    this.faults.set(kind, (this.faults.get(kind) ?? 0) + 1);
    this.add(`fault ${kind}`);
  }

  get lines(): readonly string[] {
    return this.#lines;
  }

  digest(): string {
    return createHash("sha256").update(this.#lines.join("\n")).digest("hex");
  }
}
