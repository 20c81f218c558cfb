import type { WriteEnd } from "./port";

/** How often one call has been tried, and what ended the tries. */
export interface CallProgress {
  tries: number;
  failures: number;
  busy: number;
  /** Milliseconds of the pauses that its own busy answers made. */
  paused: number;
  renewed: boolean;
  /** Milliseconds that the last exchange took. */
  took: number;
  /** Milliseconds that the failed exchanges took together. */
  spent: number;
  /** Reports the end of a write that was announced. */
  end?: (end: WriteEnd) => Promise<void>;
}

export function newProgress(): CallProgress {
  return { tries: 0, failures: 0, busy: 0, paused: 0, renewed: false, took: 0, spent: 0 };
}
