/** One of several parts of a fleet; each part runs on its own machine. */
export interface Shard {
  /** From 1. */
  readonly index: number;
  readonly count: number;
}

/** More machines than any fleet needs. */
const MOST_SHARDS = 1_000;

/** The shard that a text names: `2/8` is the second of eight. `undefined` for anything else. */
export function parseShard(text: string): Shard | undefined {
  const [, index, count] = /^([1-9]\d{0,3})\/([1-9]\d{0,3})$/.exec(text)?.map(Number) ?? [];
  if (index === undefined || count === undefined || index > count || count > MOST_SHARDS) return undefined;
  return { index, count };
}

export function shardName({ index, count }: Shard): string {
  return `${index}/${count}`;
}

/** A part of a fleet with the managers in it. */
export interface ShardEntry {
  /** As `--shard` takes it. */
  readonly shard: string;
  readonly managers: readonly string[];
}
