import { allowedBy } from "../../engine/plan/budget";
import { type AgentRef, agentAddress } from "../../model/address";
import type { ManagerRun } from "./manager-run";

/** Addresses of the agents that were found gone in each run. */
const lost = new WeakMap<ManagerRun, Set<string>>();

/** Agents of which too many are gone at once. */
export interface TooManyLost {
  readonly count: number;
  readonly of: number;
}

/**
 * Records agents that a complete list no longer has. A list silently leaves out what the user may not read, so many
 * agents that vanish at once were more likely hidden than removed: `policy.maxDeletes` limits them, relative to the
 * agents that a selector had `before`, and to all agents in the state.
 */
export async function noteLost(
  run: ManagerRun,
  agents: readonly AgentRef[],
  before: number,
): Promise<TooManyLost | undefined> {
  if (agents.length === 0) return undefined;
  const all = lost.get(run) ?? new Set<string>();
  lost.set(run, all);
  for (const agent of agents) all.add(agentAddress(run.name, agent));
  const { maxDeletes } = (await run.declare({}, {})).policy;
  if (agents.length > allowedBy(maxDeletes, before)) return { count: agents.length, of: before };
  const known = await recordedAgents(run);
  return all.size > allowedBy(maxDeletes, known) ? { count: all.size, of: known } : undefined;
}

async function recordedAgents(run: ManagerRun): Promise<number> {
  const records = [...(await run.state()).records()];
  return records.filter(({ kind, manager }) => kind === "agent" && manager === run.name).length;
}
