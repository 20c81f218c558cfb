import {
  recordedKeys,
  type StateView,
  Takeovers,
  takenByOthers,
} from "../../../library/manager-run/takeovers";
import { type AgentRef, agentAddress, parseAddress, secretAddressOn } from "../../../model/address";
import { type Fault, fault } from "../../fault";
import { firstOf } from "../../first-of";
import type { Connection } from "../../provider/connection";
import type { Attrs, PlannedChange } from "../resource-type";
import { type Takeover, takenByOtherFault, takesFromOtherFault, writtenMeanwhileFault } from "../takeover";
import { nameOf } from "./agent-name";
import { agentsIn, type DeclaredPart, type DeletingPart, keysIn } from "./declared-part";

interface Key {
  readonly agent: AgentRef;
  readonly key: string;
}

type Change = Pick<PlannedChange, "prior" | "isReplaced" | "token">;

/** Warnings for keys, declared or removed by the plan, that belong to another resource. */
export async function takenOverFaults(
  part: DeclaredPart,
  change: Change,
  { run }: Connection,
): Promise<Fault[]> {
  const state = await run.state();
  const { lost, taken } = keysOfOtherResources(part, change, state, run.name);
  const fresh = change.isReplaced ? taken.filter(({ is }) => is === "taken over") : taken;
  const inUse = fresh.filter(({ is }) => is !== "pending");
  const path = ["secrets_wo"];
  return [
    ...(lost.length > 0 ? [takenByOtherFault(listed(lost), path)] : []),
    ...(inUse.length > 0 ? [takesFromOtherFault(listed(inUse), path)] : []),
    ...othersFaults(keysOfOthers(part, change.token, state)),
  ];
}

/** The takeover that an apply has to record, if any. */
export function keysTakenOver(
  part: DeclaredPart,
  change: Change,
  state: StateView,
  manager: string,
): Takeover | undefined {
  const { lost, taken } = keysOfOtherResources(part, change, state, manager);
  if (lost.length + taken.length === 0) return undefined;
  const { agents, keys } = part;
  return { token: change.token, of: agents.map((agent) => agentAddress(manager, agent)), keys };
}

/** Faults for keys that an apply would take over although another resource or run wrote them during this walk. */
export async function writtenMeanwhileFaults(
  part: DeclaredPart,
  change: Change,
  state: StateView,
  { run, claims }: Connection,
): Promise<Fault[]> {
  const before = await run.stateAtBegin();
  if (before === undefined) return [];
  const isNew = ({ agent, key, is }: KeyOfOther) => {
    const address = agentAddress(run.name, agent);
    const isKnown = is === "pending" || recordedKeys(before, address, [key]).size > 0;
    return !isKnown && claims.documentAction(secretAddressOn(address, key)) === undefined;
  };
  const fresh = keysOfOtherResources(part, change, state, run.name).taken.filter(isNew);
  return fresh.length === 0 ? [] : [writtenMeanwhileFault(listed(fresh), ["secrets_wo"])];
}

interface KeyOfOther extends Key {
  readonly is: "taken over" | "pending" | "recorded";
}

/**
 * Finds declared keys of other resources. `lost` were this resource's own before another one took them over. `taken`
 * are new here, but others have them.
 */
function keysOfOtherResources(
  { agents, keys }: DeclaredPart,
  { prior, token }: Change,
  state: StateView,
  manager: string,
): { readonly lost: readonly Key[]; readonly taken: readonly KeyOfOther[] } {
  const takeovers = new Takeovers(state, manager);
  const [hosts, before] = [new Set(agentsIn(prior).map(nameOf)), new Set(keysIn(prior))];
  const added = keys.filter((key) => !before.has(key));
  const kept = keys.filter((key) => before.has(key));
  const [lost, taken]: [Key[], KeyOfOther[]] = [[], []];
  for (const agent of agents) {
    const address = agentAddress(manager, agent);
    const isKnown = hosts.has(nameOf(agent));
    const isOfOther = takeovers.isKeyOfOther(token, address);
    if (isKnown && !takeovers.areNone) lost.push(...kept.filter(isOfOther).map((key) => ({ agent, key })));
    const fresh = isKnown ? added : keys;
    const recorded = recordedKeys(state, address, fresh);
    for (const key of fresh) {
      const is = isOfOther(key) ? "taken over" : recorded.get(key);
      if (is !== undefined) taken.push({ agent, key, is });
    }
  }
  return { lost, taken };
}

/** Keys that the part would delete although another resource took them over. */
export function keysOfOthers(
  { removed }: Pick<DeletingPart, "removed">,
  token: string,
  state: StateView,
): readonly (Key & { readonly address: string })[] {
  return takenByOthers(removed, token, state).flatMap((address) => {
    const addressed = parseAddress(address);
    return addressed?.kind === "secret" ? [{ address, agent: addressed.agent, key: addressed.key }] : [];
  });
}

export function othersFaults(others: readonly Key[]): Fault[] {
  if (others.length === 0) return [];
  const summary = `Not deleted, since another resource took it over: ${listed(others)}`;
  const detail = "That one deletes it. Delete it there if it is no longer needed.";
  return [fault(["secrets_wo"], summary, detail, "warning")];
}

/** Leaves out keys that another resource has taken over, in this apply or before it. */
export function withoutTaken<P extends DeletingPart>(
  part: P,
  left: ReadonlySet<string>,
  others: readonly { readonly address: string }[],
): P {
  const theirs = new Set(others.map(({ address }) => address));
  const taken = new Set(part.removed.filter((address) => !left.has(address) || theirs.has(address)));
  return taken.size === 0 ? part : { ...part, targets: part.targets.filter((each) => !taken.has(each)) };
}

/** Names of agents for which the state records a key of the resource. */
export function ownedAgents(own: Attrs, state: StateView, manager: string): ReadonlySet<string> {
  const keys = keysIn(own);
  const owned = agentsIn(own).filter(
    (agent) => recordedKeys(state, agentAddress(manager, agent), keys).size > 0,
  );
  return new Set(owned.map(nameOf));
}

/** The state after a failed destroy. Keys that it deleted may belong to another resource by the next destroy. */
export function withoutAgents(own: Attrs, gone: ReadonlySet<string>): Attrs {
  const agents = agentsIn(own).map(nameOf);
  return { ...own, agents: agents.filter((agent) => !gone.has(agent)) };
}

function listed(onAgents: readonly Key[]): string {
  const keys = firstOf(new Set(onAgents.map(({ key }) => JSON.stringify(key))));
  return `${keys} on ${firstOf(new Set(onAgents.map(({ agent }) => nameOf(agent))))}`;
}
