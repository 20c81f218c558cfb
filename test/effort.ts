/**
 * How much a test draws by chance. `npm test` draws a part of it, the same one each time (`DRAWN_PART` of jest.config.js); the slow tests, and
 * all tests where `JP1IM_RANDOM_SEED` says with which seed, draw the whole.
 */
declare const DRAWN_PART: number;

const { JP1IM_RANDOM_SEED } = process.env;
const FIXED_SEED = 1;

export const randomSeed = Number(JP1IM_RANDOM_SEED || FIXED_SEED);

/** How many runs of so many a test makes. */
export function runs(all: number): number {
  return JP1IM_RANDOM_SEED ? all : Math.ceil(all * DRAWN_PART);
}
