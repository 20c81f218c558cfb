import type { Random } from "../platform/random";

/** The same numbers for the same seed (mulberry32). Its bytes are guessable: for simulations only. */
export function seededRandom(seed: number): Random {
  let state = seed >>> 0;
  const draw = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return (mixed ^ (mixed >>> 14)) >>> 0;
  };
  return {
    next: () => draw() / 2 ** 32,
    bytes: (count) => Buffer.from(Array.from({ length: count }, () => draw() & 0xff)),
  };
}
