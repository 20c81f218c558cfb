/** The messages of `provider.proto` as far as handlers read them; what they answer is checked by the protocol itself. */

export interface WireValue {
  readonly msgpack?: Uint8Array;
  readonly json?: Uint8Array;
}

export interface Typed {
  readonly typeName: string;
}

export interface Configured {
  readonly config: WireValue;
}

/** An answer; `diagnostics` are added to those of an error. */
export interface Answer {
  readonly diagnostics?: readonly object[];
  readonly [field: string]: unknown;
}
