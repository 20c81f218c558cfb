import { shardOf } from "../engine/shards";
import { type ShardEntry, shardName } from "../model/shard";
import { type InputOptions, readDesired } from "./inputs/inputs";
import type { Platform } from "./platform";

export interface ShardsOptions extends InputOptions {
  /** Largest number of shards; never more than declared managers. */
  readonly max: number;
}

/**
 * The non-empty shards of a fleet, each for one machine. It contacts no manager and reads no secret.
 *
 * @example
 * const parts = await shards({ files: ["managers"], max: 8 }, createPlatform());
 * const matrix = parts.map(({ shard }) => shard);
 */
export async function shards(
  { max, ...inputs }: ShardsOptions,
  platform: Platform,
): Promise<readonly ShardEntry[]> {
  const names = [...(await readDesired(inputs, platform)).managers.keys()].sort();
  const count = Math.max(1, Math.min(max, names.length));
  const all = Array.from({ length: count }, (_, at) => ({
    shard: shardName({ index: at + 1, count }),
    managers: names.filter((name) => shardOf(name, count) === at + 1),
  }));
  return all.filter(({ managers }) => managers.length > 0);
}
