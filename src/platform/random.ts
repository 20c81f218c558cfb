import { randomBytes } from "node:crypto";

/** Randomness, injected so that a replay draws the same numbers again. */
export interface Random {
  /** In [0, 1): jitter, choices; nothing that has to be unguessable. */
  next(): number;
  /** Unguessable bytes: keys, IDs of locks and lineages. */
  bytes(count: number): Buffer;
}

export const systemRandom: Random = {
  next: () => Math.random(),
  bytes: (count) => randomBytes(count),
};
