import { escapeSegment } from "../../model/address-text";

export type WriteReason = "missing" | "changed" | "unverified" | "rotated";

/** The keys that are written to an agent, which most agents of a fleet share, with what can be prepared for all. */
export interface Writes {
  /** By segment, the order of addresses. */
  readonly keys: readonly string[];
  /** Of each key: its segment of the address, and the reason. */
  readonly segments: readonly string[];
  readonly reasons: readonly WriteReason[];
  /** All keys and those that the agent has already, in the order of a request. */
  readonly add: readonly string[];
  readonly overwrites: readonly string[];
}

/** The number of keys that the agent does not have yet. */
export function createsOf({ add, overwrites }: Writes): number {
  return add.length - overwrites.length;
}

const nothing: Writes = { keys: [], segments: [], reasons: [], add: [], overwrites: [] };

/** Prepares writes, and gives the last ones again if they are the same. */
class LatestWrites {
  #keys: readonly string[] = [];
  #reasons: readonly WriteReason[] = [];
  #writes = nothing;

  of(keys: readonly string[], reasons: readonly WriteReason[]): Writes {
    if (keys.length === 0) return nothing;
    if (!isSame(keys, this.#keys) || !isSame(reasons, this.#reasons)) {
      this.#writes = prepare(keys, reasons, this.#writes);
      [this.#keys, this.#reasons] = [keys, reasons];
    }
    return this.#writes;
  }
}

const latest = new LatestWrites();

/** The lists must not change afterwards. */
export function writesOf(keys: readonly string[], reasons: readonly WriteReason[]): Writes {
  return latest.of(keys, reasons);
}

function prepare(keys: readonly string[], reasons: readonly WriteReason[], before: Writes): Writes {
  const all = keys.map((key, index) => ({
    key,
    segment: escapeSegment(key),
    reason: reasons[index] ?? "missing",
  }));
  all.sort((a, b) => (a.segment < b.segment ? -1 : 1));
  const overwritten = all.filter(({ reason }) => reason !== "missing").map(({ key }) => key);
  return {
    keys: all.map(({ key }) => key),
    segments: all.map(({ segment }) => segment),
    reasons: all.map(({ reason }) => reason),
    add: sorted(keys, before.add),
    overwrites: sorted(overwritten, before.overwrites),
  };
}

/** A former list with the same keys is used again: what is made of it is kept by the list. */
function sorted(keys: readonly string[], former: readonly string[]): readonly string[] {
  const list = [...keys].sort();
  return isSame(list, former) ? former : list;
}

function isSame(one: readonly string[], other: readonly string[]): boolean {
  if (one === other) return true;
  return one.length === other.length && one.every((text, index) => text === other[index]);
}
