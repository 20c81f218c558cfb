import { parseAddress, secretAddressOn } from "../model/address";
import type { DesiredManager, DesiredState } from "../model/desired-state";
import type { KeptReason, Plan } from "../model/plan";
import { declares } from "../resources/kinds";
import type { StateStore, StateView } from "../state/port";
import { type Holding, Takeovers, takeOver } from "./manager-run/takeovers";

/** Who applies a text, of all that share its state. */
export interface TextOwner {
  /** Names the caller, and no other one. */
  readonly token: string;
  /** Whether the text that it applied last declared what is at an address. */
  readonly had: (address: string) => boolean;
}

/** Tells texts from other callers, whose takeovers a text leaves to them. */
const TEXT = "text/";

export function textCaller(token: string): string {
  return `${TEXT}${token}`;
}

/** What a text has no longer although it declares it: another caller took it over since. */
export function lostByText({ managers }: DesiredState, owner: TextOwner, state: StateView): string[] {
  const by = textCaller(owner.token);
  return [...managers.values()].flatMap((manager) => {
    const takeovers = new Takeovers(state, manager.name);
    if (takeovers.areNone) return [];
    return [...declaredIn(manager, [], state)].flatMap(({ address, place, key }) =>
      takeovers.isOfOther(by, place, key) && owner.had(address) ? [address] : [],
    );
  });
}

/**
 * What remains to be recorded once the plan of a text has been applied: all that the text declares, of each manager on which it declares
 * what it did not have before and the state has already, or what another text took over.
 */
export function takeoversOfText(
  { managers }: DesiredState,
  owner: TextOwner,
  { kept }: Pick<Plan, "kept">,
  state: StateView,
): (after: StateStore) => Promise<void> {
  const taking = [...managers.values()].filter((manager) => {
    const takeovers = new Takeovers(state, manager.name);
    return [...declaredIn(manager, kept, state)].some((each) => takes(each, owner, takeovers));
  });
  return async (after) => {
    for (const manager of taking)
      await takeOver(after, manager.name, textCaller(owner.token), ...holdingsOf(manager, kept, after));
  };
}

/** Something that a manager's state records. */
interface Recorded {
  readonly address: string;
  /** Of a key, the agent's address. */
  readonly place: string;
  readonly key?: string;
}

function takes({ address, place, key }: Recorded, owner: TextOwner, takeovers: Takeovers): boolean {
  const holder = takeovers.holderOf(place, key);
  if (holder === undefined) return !owner.had(address);
  return holder.startsWith(TEXT) && holder !== textCaller(owner.token);
}

/** All that a text has on a manager, as entries: those agents are together that have the same keys. */
function holdingsOf(manager: DesiredManager, kept: Plan["kept"], state: StateView): readonly Holding[] {
  const takeovers = new Takeovers(state, manager.name);
  const isLeft = ({ place, key }: Recorded) => takeovers.holderOf(place, key)?.startsWith(TEXT) === false;
  const places = new Map<string, string[]>();
  const others: string[] = [];
  for (const each of declaredIn(manager, kept, state)) {
    if (isLeft(each)) continue;
    if (each.key === undefined) others.push(each.place);
    else places.set(each.place, [...(places.get(each.place) ?? []), each.key]);
  }
  const byKeys = new Map<string, { of: string[]; keys: readonly string[] }>();
  for (const [place, keys] of places) {
    const id = JSON.stringify(keys.sort());
    const known = byKeys.get(id);
    if (known) known.of.push(place);
    else byKeys.set(id, { of: [place], keys });
  }
  return [...(others.length > 0 ? [{ of: others }] : []), ...byKeys.values()];
}

const DECLARED: ReadonlySet<KeptReason> = new Set(["unverified-keep", "not-supplied"]);

/** What the state records of a manager and a text declares. A plan that keeps a key as undeclared knows better which agents a selector matches. */
function* declaredIn(manager: DesiredManager, kept: Plan["kept"], state: StateView): Iterable<Recorded> {
  const undeclared = new Map(
    kept.flatMap(({ address, names, reason }) => (DECLARED.has(reason) ? [] : [[address, new Set(names)]])),
  );
  for (const record of state.records()) {
    const addressed = parseAddress(record.address);
    if (record.manager !== manager.name || addressed === undefined) continue;
    const { address: place } = record;
    if (addressed.kind !== "agent") {
      const isRetired = "status" in record && record.status === "retired";
      if (!isRetired && declares(manager, addressed)) yield { address: place, place };
      continue;
    }
    for (const key of state.fingerprints(place).keys())
      if (declares(manager, { ...addressed, kind: "secret", key }) && !undeclared.get(place)?.has(key))
        yield { address: secretAddressOn(place, key), place, key };
  }
}
