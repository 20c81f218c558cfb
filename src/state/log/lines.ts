import type { OpenLog } from "./open-log";

const LINE_FEED = 0x0a;
const PIECE_BYTES = 1 << 18;

/** The lines of a log, of which it reads one piece at a time. */
export class Lines {
  readonly #log: Buffer | OpenLog;
  #piece: Buffer = Buffer.alloc(0);
  /** Offset of the piece in the log. */
  #start = 0;
  #memory = Buffer.alloc(0);

  constructor(log: Buffer | OpenLog) {
    this.#log = log;
  }

  /** The line at an offset, without its line feed; `undefined` if none follows. Valid until the next call. */
  at(offset: number): Buffer | undefined {
    const known = this.#piece.indexOf(LINE_FEED, offset - this.#start);
    if (known !== -1) return this.#piece.subarray(offset - this.#start, known);
    for (let bytes = PIECE_BYTES; ; bytes *= 2) {
      this.#piece = this.#read(offset, bytes);
      this.#start = offset;
      const feed = this.#piece.indexOf(LINE_FEED);
      if (feed !== -1) return this.#piece.subarray(0, feed);
      if (this.#piece.length < bytes) return undefined;
    }
  }

  #read(offset: number, bytes: number): Buffer {
    if (Buffer.isBuffer(this.#log)) return this.#log.subarray(offset, offset + bytes);
    if (this.#memory.length < bytes) this.#memory = Buffer.allocUnsafe(bytes);
    return this.#log.read(this.#memory.subarray(0, bytes), offset);
  }
}
