/** One of several parts of a fleet; each part runs on its own machine. */
export interface Shard {
  /** From 1. */
  readonly index: number;
  readonly count: number;
}

/** More machines than any fleet needs. */
const MOST_SHARDS = 1_000;

/**
 * The shard that a text names; `undefined` if it names none.
 *
 * @example
 * parseShard("2/8"); // { index: 2, count: 8 }
 */
export function parseShard(text: string): Shard | undefined {
  const [, index, count] = /^([1-9]\d{0,3})\/([1-9]\d{0,3})$/.exec(text)?.map(Number) ?? [];
  if (index === undefined || count === undefined || index > count || count > MOST_SHARDS) return undefined;
  return { index, count };
}

/**
 * A shard as `--shard` takes it.
 *
 * @example
 * shardName({ index: 2, count: 8 }); // "2/8"
 */
export function shardName({ index, count }: Shard): string {
  return `${index}/${count}`;
}

/** A part of a fleet with the managers in it. */
export interface ShardEntry {
  /** As `--shard` takes it. */
  readonly shard: string;
  readonly managers: readonly string[];
}
