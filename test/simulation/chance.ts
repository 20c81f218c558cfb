import type { Random } from "../../src/platform/random";
import { seededRandom } from "../../src/simulator/seeded-random";

/** Choices drawn from one seed. */
export class Chance {
  readonly #random: Random;

  constructor(seed: number) {
    this.#random = seededRandom(seed);
  }

  /** An integer from `min` to `max`, both included. */
  int(min: number, max: number): number {
    return min + Math.floor(this.#random.next() * (max - min + 1));
  }

  /** True so often of a hundred times. */
  percent(share: number): boolean {
    return this.#random.next() * 100 < share;
  }

  pick<T>(items: readonly T[]): T {
    const item = items[this.int(0, items.length - 1)];
    if (item === undefined) throw new RangeError("nothing to pick from");
    return item;
  }

  /** One of the names, as often as its weight says. */
  weighted<T extends string>(weights: Readonly<Record<T, number>>): T {
    const entries = Object.entries(weights) as [T, number][];
    let left = this.#random.next() * entries.reduce((sum, [, weight]) => sum + weight, 0);
    for (const [name, weight] of entries) {
      left -= weight;
      if (left < 0) return name;
    }
    throw new RangeError("nothing to pick from");
  }

  /** Each item with the same probability. */
  some<T>(items: readonly T[], share: number): T[] {
    return items.filter(() => this.percent(share));
  }

  times<T>(count: number, make: () => T): T[] {
    return Array.from({ length: count }, make);
  }

  seed(): number {
    return this.int(0, 2 ** 31);
  }
}

/** An independent seed for the part of that number. */
export function partSeed(seed: number, part: number): number {
  return new Chance((Math.imul(seed, 2_654_435_761) ^ Math.imul(part + 1, 40_503)) >>> 0).seed();
}
