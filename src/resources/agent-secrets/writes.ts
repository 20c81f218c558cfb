import { escapeSegment } from "../../model/address-text";
import type { SharedChange } from "../../model/agent-spans";
import type { Reason } from "../../model/change";

export type WriteReason = "missing" | "changed" | "unverified" | "rotated";

/** What happens to keys of an agent, in the order of addresses. Most agents of a fleet share it. */
export interface KeyChanges {
  readonly keys: readonly string[];
  /** Of each key: its segment of the address, and what happens to it. */
  readonly segments: readonly string[];
  readonly secrets: readonly SharedChange[];
}

/** The keys that are written to an agent, with what can be prepared for all agents. */
export interface Writes extends KeyChanges {
  /** All keys and those that the agent has already, in the order of a request. */
  readonly add: readonly string[];
  readonly overwrites: readonly string[];
}

/** The number of keys that the agent does not have yet. */
export function createsOf({ add, overwrites }: Writes): number {
  return add.length - overwrites.length;
}

/** What happens to a key, by the reason: the same object for every key to which it happens. */
export const keyChange = {
  missing: { kind: "secret", action: "create", reason: "missing" },
  changed: { kind: "secret", action: "update", reason: "changed" },
  unverified: { kind: "secret", action: "update", reason: "unverified" },
  rotated: { kind: "secret", action: "update", reason: "rotated" },
  undeclared: { kind: "secret", action: "delete", reason: "undeclared" },
  foreign: { kind: "secret", action: "delete", reason: "foreign" },
  gone: { kind: "secret", action: "forget", reason: "gone" },
} as const satisfies Partial<Record<Reason, SharedChange>>;

export function isWriting({ action }: SharedChange): boolean {
  return action === "create" || action === "update";
}

/** Prepares something of keys and what happens to them, and gives the last result again if they are the same. */
class Latest<T extends KeyChanges> {
  readonly #prepare: (keys: readonly string[], secrets: readonly SharedChange[], before: T) => T;
  #keys: readonly string[] = [];
  #secrets: readonly SharedChange[] = [];
  #result: T;

  constructor(
    nothing: T,
    prepare: (keys: readonly string[], secrets: readonly SharedChange[], before: T) => T,
  ) {
    this.#result = nothing;
    this.#prepare = prepare;
  }

  of(keys: readonly string[], secrets: readonly SharedChange[]): T {
    if (!isSame(keys, this.#keys) || !isSame(secrets, this.#secrets)) {
      this.#result = this.#prepare(keys, secrets, this.#result);
      [this.#keys, this.#secrets] = [keys, secrets];
    }
    return this.#result;
  }
}

const nothing: Writes = { keys: [], segments: [], secrets: [], add: [], overwrites: [] };
const latestWrites = new Latest<Writes>(nothing, prepareWrites);
const latestChanges = new Latest<KeyChanges>(nothing, inOrder);

/** The lists must not change afterwards. */
export function writesOf(keys: readonly string[], secrets: readonly SharedChange[]): Writes {
  return keys.length === 0 ? nothing : latestWrites.of(keys, secrets);
}

/** The same for other changes, and for those of keys that are written together with others. */
export function keyChanges(keys: readonly string[], secrets: readonly SharedChange[]): KeyChanges {
  return latestChanges.of(keys, secrets);
}

function prepareWrites(keys: readonly string[], secrets: readonly SharedChange[], before: Writes): Writes {
  const overwritten = keys.filter((_, index) => secrets[index]?.reason !== "missing");
  return {
    ...inOrder(keys, secrets),
    add: sorted(keys, before.add),
    overwrites: sorted(overwritten, before.overwrites),
  };
}

function inOrder(keys: readonly string[], secrets: readonly SharedChange[]): KeyChanges {
  const all = keys.map((key, index) => ({
    key,
    segment: escapeSegment(key),
    secret: secrets[index] as SharedChange,
  }));
  all.sort((a, b) => (a.segment < b.segment ? -1 : 1));
  return {
    keys: all.map(({ key }) => key),
    segments: all.map(({ segment }) => segment),
    secrets: all.map(({ secret }) => secret),
  };
}

/** A former list with the same keys is used again: what is made of it is kept by the list. */
function sorted(keys: readonly string[], former: readonly string[]): readonly string[] {
  const list = [...keys].sort();
  return isSame(list, former) ? former : list;
}

function isSame<T>(one: readonly T[], other: readonly T[]): boolean {
  if (one === other) return true;
  return one.length === other.length && one.every((each, index) => each === other[index]);
}
