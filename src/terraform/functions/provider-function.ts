import type { Type, Value } from "../values/type";

/** A provider function: `provider::jp1im::client_address(…)`. */
export interface ProviderFunction {
  readonly name: string;
  readonly summary: string;
  /** Further paragraphs for its documentation page. */
  readonly description?: readonly string[];
  readonly parameters: readonly { readonly name: string; readonly description: string }[];
  readonly returns: Type;
  /** Throws an `ArgumentError`. */
  call(args: readonly string[]): Value;
}

/** An invalid argument of a function. */
export class ArgumentError extends Error {
  override readonly name = "ArgumentError";

  constructor(
    readonly index: number,
    message: string,
  ) {
    super(message);
  }
}
