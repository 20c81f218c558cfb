/**
 * How much of many alike a test tries: what it draws by chance, and the moments at which it ends a process. `npm test` tries a part of them,
 * the same one each time (`DRAWN_PART` of jest.config.js); the slow tests, and all tests where `JP1IM_RANDOM_SEED` says with which seed, try
 * the whole.
 */
declare const DRAWN_PART: number;

const { JP1IM_RANDOM_SEED } = process.env;
const FIXED_SEED = 1;

export const randomSeed = Number(JP1IM_RANDOM_SEED || FIXED_SEED);

const part = JP1IM_RANDOM_SEED ? 1 : DRAWN_PART;

/** How many runs of so many a test makes. */
export function runs(all: number): number {
  return Math.ceil(all * part);
}

/** Of the moments 1 to `all` those that a test tries: every one, or one of four. */
export function moments(all: number): readonly number[] {
  return Array.from({ length: runs(all) }, (_, index) => Math.min(all, Math.round((index + 1) / part)));
}
