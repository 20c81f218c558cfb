import { agentAddress, managerAddress, parseAddress } from "../../model/address";
import { PENDING, type StateStore, type StateView, type Takeover } from "../../state/port";

export type { StateView };

/** Addresses of one manager; with `keys`, those keys on each of its agents. */
export type Holding = Omit<Takeover, "by">;

/**
 * What callers took over on one manager. Of the callers that share a state, each deletes only what no other caller
 * has taken over since.
 */
export class Takeovers {
  readonly #manager: string;
  readonly #entries: ReadonlyMap<string, readonly Entry[]>;

  constructor(state: StateView, manager: string) {
    this.#manager = manager;
    this.#entries = entriesOf(takeoversIn(state, manager));
  }

  get areNone(): boolean {
    return this.#entries.size === 0;
  }

  /** Whether another caller than `by` last took over an address, or a key of an agent. */
  isOfOther(by: string, address: string, key?: string): boolean {
    const holder = this.holderOf(address, key);
    return holder !== undefined && holder !== by;
  }

  /** The same for many keys of one agent. */
  isKeyOfOther(by: string, agent: string): (key: string) => boolean {
    const entries = this.#entriesOf(agent);
    return (key) => (holderIn(entries, key) ?? by) !== by;
  }

  /** Who took it over last, if anybody. */
  holderOf(address: string, key?: string): string | undefined {
    return holderIn(this.#entriesOf(address), key);
  }

  #entriesOf(address: string): readonly Entry[] {
    return (!this.areNone && this.#entries.get(localOf(address, this.#manager))) || [];
  }
}

function holderIn(entries: readonly Entry[], key: string | undefined): string | undefined {
  return entries.findLast(({ keys }) => (key === undefined ? !keys : keys?.has(key)))?.by;
}

interface Entry {
  readonly by: string;
  readonly keys?: ReadonlySet<string> | undefined;
}

/** By address. Each plan of a thousand resources asks for as many entries. */
const entriesOf = onceForEach((takeovers: readonly Takeover[]): ReadonlyMap<string, readonly Entry[]> => {
  const entries = new Map<string, Entry[]>();
  for (const { by, of, keys } of takeovers) {
    const entry = { by, keys: keys && new Set(keys) };
    for (const address of of) entries.set(address, [...(entries.get(address) ?? []), entry]);
  }
  return entries;
});

function onceForEach<K extends object, T>(make: (from: K) => T): (from: K) => T {
  const made = new WeakMap<K, T>();
  return (from) => {
    const known = made.get(from) ?? make(from);
    made.set(from, known);
    return known;
  };
}

/** The addresses that another caller has taken over since, so that they do not belong to `by`. */
export function takenByOthers(addresses: readonly string[], by: string, state: StateView): readonly string[] {
  const known = new Map<string, Takeovers>();
  const takeoversOn = (manager: string) => {
    const takeovers = known.get(manager) ?? new Takeovers(state, manager);
    known.set(manager, takeovers);
    return takeovers;
  };
  return addresses.filter((address) => {
    const addressed = parseAddress(address);
    if (addressed === undefined) return false;
    const takeovers = takeoversOn(addressed.manager);
    if (takeovers.areNone) return false;
    return addressed.kind === "secret"
      ? takeovers.isOfOther(by, agentAddress(addressed.manager, addressed.agent), addressed.key)
      : takeovers.isOfOther(by, address);
  });
}

/** Which of these keys of an agent the state records; `pending` if it is unknown whether their write was completed. */
export function recordedKeys(
  state: StateView,
  agent: string,
  keys: readonly string[],
): ReadonlyMap<string, "pending" | "recorded"> {
  const prints = keys.length === 0 ? new Map() : state.fingerprints(agent, keys);
  return new Map(
    keys
      .filter((key) => prints.has(key))
      .map((key) => [key, prints.get(key) === PENDING ? "pending" : "recorded"]),
  );
}

/**
 * Records that all of it belongs to `by` from now on, and replaces what `by` took over before. The manager's record
 * must exist.
 */
export async function takeOver(
  state: StateStore,
  manager: string,
  by: string,
  ...held: readonly Holding[]
): Promise<void> {
  const own = held.map(({ of, keys }) => ({
    ...{ by, of: of.map((address) => localOf(address, manager)) },
    keys,
  }));
  const taken = new Set(own.flatMap(({ of, keys }) => (keys ? [] : of)));
  const others = takeoversIn(state, manager).filter((each) => each.by !== by);
  await write(state, manager, [...others.flatMap((each) => withoutTaken(each, taken)), ...own]);
}

/** Only the latest takeover of an address counts: without this, each import that is only planned would add an entry. */
function withoutTaken(entry: Takeover, taken: ReadonlySet<string>): readonly Takeover[] {
  if (entry.keys) return [entry];
  const of = entry.of.filter((address) => !taken.has(address));
  return of.length === 0 ? [] : [{ ...entry, of }];
}

/** Forgets the takeovers of a caller that no longer exists. */
export async function forgetTakeover(state: StateStore, manager: string, by: string): Promise<void> {
  const all = takeoversIn(state, manager);
  const left = all.filter((each) => each.by !== by);
  if (left.length < all.length) await write(state, manager, left);
}

export function hasTakenOver(state: StateView, manager: string, by: string): boolean {
  return takeoversIn(state, manager).some((each) => each.by === by);
}

function takeoversIn(state: StateView, manager: string): readonly Takeover[] {
  const record = state.record(managerAddress(manager));
  return (record?.kind === "manager" && record.takeovers) || [];
}

async function write(state: StateStore, manager: string, takeovers: readonly Takeover[]): Promise<void> {
  const record = state.record(managerAddress(manager));
  if (record?.kind !== "manager") return;
  const { takeovers: _, ...bare } = record;
  state.put(takeovers.length === 0 ? bare : { ...bare, takeovers });
  await state.flush([manager]);
}

/** The address without its manager, with the host names of lower managers in lower case. */
function localOf(address: string, manager: string): string {
  const local = address.slice(managerAddress(manager).length + 1);
  return parseAddress(address)?.kind === "lower-manager" ? local.toLowerCase() : local;
}
