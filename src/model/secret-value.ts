import { refusedText } from "./limits";

const SHOWN = "(sensitive)";
/**
 * The name by which `util.inspect` finds it; not imported from `util`, because the model is also compiled for
 * browsers.
 */
const INSPECT = Symbol.for("nodejs.util.inspect.custom");

/**
 * A secret value. It becomes `(sensitive)` in any text: `String`, template literals,
 * `JSON.stringify`, `util.inspect`, and so also in errors, logs and assertion messages.
 *
 * Only the wire (`src/api`) and `src/secrets` may call `reveal`; a test of the source tree enforces it.
 */
export class SecretValue {
  readonly #value: string;

  constructor(value: string) {
    this.#value = value;
  }

  reveal(): string {
    return this.#value;
  }

  /** Why the manager would refuse the value, or `undefined` if it would not; reveals nothing else about it. */
  refusal(limit: { readonly min: number; readonly max: number }): string | undefined {
    return refusedText(this.#value, limit);
  }

  toString(): string {
    return SHOWN;
  }

  toJSON(): string {
    return SHOWN;
  }

  [Symbol.toPrimitive](): string {
    return SHOWN;
  }

  [INSPECT](): string {
    return SHOWN;
  }
}
