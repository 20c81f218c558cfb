import { createHash } from "node:crypto";
import type { Shard } from "../model/shard";

/**
 * The shard of a manager, from 1, by rendezvous hashing: with one more shard, only the managers that move to the new
 * one change their shard.
 */
export function shardOf(manager: string, count: number): number {
  let [best, winner] = [-1, 1];
  for (let index = 1; index <= count; index++) {
    const lot = createHash("sha256").update(`${index}\n${manager}`).digest().readUIntBE(0, 6);
    if (lot > best) [best, winner] = [lot, index];
  }
  return winner;
}

/** Whether a manager is in a shard, remembered by name. */
export function shardFilter({ index, count }: Shard): (manager: string) => boolean {
  const known = new Map<string, boolean>();
  return (manager) => {
    const isIn = known.get(manager) ?? shardOf(manager, count) === index;
    known.set(manager, isIn);
    return isIn;
  };
}
