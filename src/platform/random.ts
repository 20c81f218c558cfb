import { randomBytes } from "node:crypto";

/** Randomness, injected so that a replay draws the same numbers again. */
export interface Random {
  /** In [0, 1), for jitter and choices; never for anything that must be unpredictable. */
  next(): number;
  /** Unpredictable bytes, for keys and for IDs of locks and lineages. */
  bytes(count: number): Buffer;
}

export const systemRandom: Random = {
  next: () => Math.random(),
  bytes: (count) => randomBytes(count),
};
