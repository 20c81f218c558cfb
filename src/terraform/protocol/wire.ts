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

/** An ephemeral resource that was opened. */
export interface Opened extends Typed {
  /** What its opening gave; empty where it gave nothing. */
  readonly private: Uint8Array;
}

/** An answer; `diagnostics` are added to those of an error. */
export interface Answer {
  readonly diagnostics?: readonly object[];
  readonly [field: string]: unknown;
}
