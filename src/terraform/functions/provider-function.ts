import type { Type, Value } from "../values/type";

/** A function of the language: `provider::jp1im::client_address(…)`. */
export interface ProviderFunction {
  readonly name: string;
  readonly summary: string;
  /** What its page says beyond the summary, in paragraphs. */
  readonly description?: readonly string[];
  readonly parameters: readonly { readonly name: string; readonly description: string }[];
  readonly returns: Type;
  /** Throws an `ArgumentError`. */
  call(args: readonly string[]): Value;
}

/** One argument that a function cannot take. */
export class ArgumentError extends Error {
  override readonly name = "ArgumentError";

  constructor(
    readonly index: number,
    message: string,
  ) {
    super(message);
  }
}
