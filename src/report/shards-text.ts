import type { ShardEntry } from "../model/shard";
import { visible } from "../model/visible";

/** One line per shard. */
export function shardsText(shards: readonly ShardEntry[]): string {
  return shards.map(({ shard, managers }) => `${shard}  ${managers.map(visible).join(", ")}\n`).join("");
}
