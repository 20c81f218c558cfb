import type { SimulatedAnswer, SimulatedRequest } from "./answer";

export interface RecordedRequest {
  /** Counts from 1 over the whole simulation. */
  readonly number: number;
  /** Milliseconds since the epoch, when the answer was ready. */
  readonly at: number;
  readonly manager: string;
  readonly method: string;
  readonly path: string;
  readonly body: string;
  readonly status: number | "dropped";
}

export interface RecorderLimits {
  readonly requests: number;
  /** Total number of characters of stored bodies. */
  readonly characters: number;
}

export const defaultRecorderLimits: RecorderLimits = { requests: 10_000, characters: 16_000_000 };

/** The latest requests. If they exceed the limits, the oldest are dropped. */
export class Recorder {
  #kept: RecordedRequest[] = [];
  #first = 0;
  #characters = 0;
  #count = 0;

  constructor(private readonly limits: RecorderLimits) {}

  record(at: number, manager: string, request: SimulatedRequest, answer: SimulatedAnswer): void {
    const { method, path, body } = request;
    this.#count += 1;
    const status = answer.type === "dropped" ? "dropped" : answer.status;
    this.#kept.push({ number: this.#count, at, manager, method, path, body, status });
    this.#characters += body.length;
    while (this.#length > this.limits.requests || this.#characters > this.limits.characters) this.#forget();
  }

  list(): readonly RecordedRequest[] {
    return this.#kept.slice(this.#first);
  }

  clear(): void {
    this.#kept = [];
    this.#first = 0;
    this.#characters = 0;
  }

  get #length(): number {
    return this.#kept.length - this.#first;
  }

  #forget(): void {
    this.#characters -= this.#kept[this.#first]?.body.length ?? 0;
    this.#first += 1;
    // Moving the rest only now and then keeps forgetting cheap; its bodies are held on to until then.
    if (this.#first > 256 && this.#first * 2 > this.#kept.length) {
      this.#kept = this.#kept.slice(this.#first);
      this.#first = 0;
    }
  }
}
