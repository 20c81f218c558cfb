import { isWithin, parseAddress, secretAddressOn } from "../../model/address";
import { declaredAddresses } from "../../model/declared";
import type { DesiredState } from "../../model/desired-state";
import type { Diagnostic } from "../../model/diagnostic";
import type { Plan } from "../../model/plan";
import type { AgentUnit } from "../../resources/agent-secrets/agent-unit";
import type { StateView } from "../../state/port";
import { meantAddress } from "../nearest-address";

/** Where targets may match. */
export interface TargetPlaces {
  readonly desired: DesiredState;
  readonly state: StateView;
  /** The agents that the run looked at. */
  readonly agents: Iterable<AgentUnit>;
  readonly lists: Pick<Plan, "changes" | "deferred" | "open_selectors" | "unknown">;
}

/**
 * One error for each target at which nothing is declared, owned or changed: otherwise a misspelt target would look
 * like a fleet in sync. No error if it is still unknown what exists there.
 */
export function unmatchedTargets(targets: readonly string[], places: TargetPlaces): Diagnostic[] {
  if (targets.length === 0) return [];
  const known = [...new Set(knownAddresses(places))];
  const { unknown, open_selectors: open } = places.lists;
  const unreported = [...unknown, ...open];
  return targets
    .filter((target) => !unreported.some(({ address }) => isWithin(target, address)))
    .filter((target) => !known.some((address) => isWithin(address, target)))
    .filter((target) => !isOwnedKey(target, places.state))
    .map((target) => nothingAt(target, known));
}

function* knownAddresses({ desired, state, agents, lists }: TargetPlaces): Generator<string> {
  yield* declaredAddresses(desired);
  for (const record of state.records()) yield record.address;
  for (const { address, declarations } of agents) {
    yield address;
    for (const { secrets } of declarations)
      for (const key of secrets.keys()) yield secretAddressOn(address, key);
  }
  for (const list of [lists.changes, lists.deferred, lists.open_selectors, lists.unknown])
    for (const { address } of list) yield address;
}

/** Whether an address is that of an owned key of an agent. */
export function isOwnedKey(target: string, state: StateView): boolean {
  const addressed = parseAddress(target);
  if (addressed?.kind !== "secret") return false;
  const agent = target.slice(0, target.lastIndexOf("/secret/"));
  return state.fingerprints(agent).has(addressed.key);
}

function nothingAt(target: string, known: readonly string[]): Diagnostic {
  return {
    code: "nothing-matched",
    severity: "error",
    summary: `--target ${JSON.stringify(target)}: no resource is declared or owned at this address`,
    remedy: `${meantAddress(target, known)}compare the address with the desired state and with \`jp1im state list\``,
  };
}
