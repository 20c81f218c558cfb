/** The parts of the messages of `provider.proto` that handlers read. The protocol itself checks their answers. */

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

/** An open ephemeral resource. */
export interface Opened extends Typed {
  /** The data that `open` returned; empty if it returned none. */
  readonly private: Uint8Array;
}

export interface Answer {
  readonly diagnostics?: readonly object[];
  readonly [field: string]: unknown;
}
