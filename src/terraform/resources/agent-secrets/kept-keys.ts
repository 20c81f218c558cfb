import { type AgentRef, agentAddress, parseAddress } from "../../../model/address";
import type { KeptReason, Plan } from "../../../model/plan";
import { type Fault, fault } from "../../fault";
import { firstOf } from "../../first-of";
import type { Connection } from "../../provider/connection";
import type { Attrs } from "../resource-type";
import { nameOf } from "./agent-name";
import { agentsIn, type DeclaredPart, keysIn, pruneOf, removedPart } from "./declared-part";
import { missingAgents, whyMissing } from "./missing-agents";
import { keysOfOthers, othersFaults } from "./taken-over";

/** A warning if Terraform's plan shows keys or agents as removed although the keys stay. */
export function keptFaults(
  { kept }: Pick<Plan, "kept">,
  { agents, keys, removed }: DeclaredPart,
  { prior, config }: { readonly prior: Attrs | undefined; readonly config: Attrs },
  connection: Connection,
): Fault[] {
  if (pruneOf(config, connection) === "owned") return removed.length === 0 ? [] : protectedFaults(kept);
  const [declared, matched] = [new Set(keys), new Set(agents.map(nameOf))];
  const before = agentsIn(prior);
  const gone = keysIn(prior).filter((key) => !declared.has(key));
  const left = before.filter((agent) => !matched.has(nameOf(agent)));
  return [
    ...keptFault(gone, gone.length > 0 ? before : [], UNPRUNED),
    ...keptFault(left.length > 0 ? keysIn(prior).filter((key) => declared.has(key)) : [], left, UNPRUNED),
  ];
}

/** The same for a destroy. The apply finds what forbids the destroy. */
export async function keptByDestroy(state: Attrs, connection: Connection, token: string): Promise<Fault[]> {
  if (keysIn(state).length === 0) return [];
  if (pruneOf(state, connection) === "none") return keptFault(keysIn(state), agentsIn(state), UNPRUNED);
  const { run } = connection;
  const part = await removedPart(state, connection);
  const taken = othersFaults(keysOfOthers(part, token, await run.state()));
  const left = [...taken, ...(await outOfReach(state, connection))];
  if (part.desired.policy.protect.length === 0) return left;
  return [...left, ...protectedFaults((await run.plan(part)).kept)];
}

/** A warning for keys that no request can delete, because their agents are unreachable. */
export async function outOfReach(state: Attrs, { run }: Connection): Promise<Fault[]> {
  const agents = await missingAgents(run, agentsIn(state)).catch(() => []);
  if (agents.length === 0) return [];
  const kept = `The provider's state in ${run.location} keeps the record of them: a resource that declares them again takes them over, and its destroy deletes them.`;
  return keptFault(keysIn(state), agents, `${await whyMissing(agents, run)} ${kept}`);
}

/**
 * The targets of a destroy without those on missing agents. A destroy would forget them, but the manager may only
 * hide their agents.
 */
export async function withoutMissing(
  targets: readonly string[],
  state: Attrs,
  { run }: Connection,
): Promise<readonly string[]> {
  const missing = await missingAgents(run, agentsIn(state)).catch(() => []);
  if (missing.length === 0) return targets;
  const places = new Set(missing.map((agent) => agentAddress(run.name, agent)));
  return targets.filter((target) => {
    const addressed = parseAddress(target);
    return addressed?.kind !== "secret" || !places.has(agentAddress(run.name, addressed.agent));
  });
}

const UNPRUNED = '`prune` is "none". Delete them there if they are no longer needed.';

const whyKept: Partial<Record<KeptReason, string>> = {
  protected: "`policy.protect` names them. Delete them there if they are no longer needed.",
  reserved: "They belong to the agent itself, which needs them, and are never deleted. Leave them there.",
};

function protectedFaults(kept: Plan["kept"]): Fault[] {
  return Object.entries(whyKept).flatMap(([reason, why]) => {
    const entries = kept.filter((each) => each.reason === reason);
    const agents = entries.flatMap(({ address }) => {
      const addressed = parseAddress(address);
      return addressed?.kind === "agent" ? [addressed.agent] : [];
    });
    return keptFault([...new Set(entries.flatMap(({ names }) => names))], agents, why);
  });
}

function keptFault(keys: readonly string[], agents: readonly AgentRef[], why: string): Fault[] {
  if (keys.length === 0 || agents.length === 0) return [];
  const [which, where] = [firstOf(keys.map((key) => JSON.stringify(key))), firstOf(agents.map(nameOf))];
  const summary = `Not deleted, and no longer managed by this resource: ${which} on ${where}`;
  return [fault(["secrets_wo"], summary, why, "warning")];
}
