import { agentAddress, lowerManagerAddress, parseAddress } from "../../model/address";
import { agentSpans, changesBeside, type SharedChange } from "../../model/agent-spans";
import type { Change } from "../../model/change";
import type { DesiredManager } from "../../model/desired-state";
import type { Diagnostic } from "../../model/diagnostic";
import type { PriorState } from "../prior-state";

/**
 * Adds to each deletion of a lower manager what the state loses with it: the secrets of the agents below it that the
 * plan does not delete itself. Those agents become unreachable, so they are forgotten.
 */
export function withLostSecrets(
  changes: readonly Change[],
  priorOf: (manager: string) => PriorState,
): readonly Change[] {
  if (deletedLowerManagers(changes).size === 0) return changes;
  const deletedByAgent = deletionsByAgent(changes);
  return changes.map((change) => {
    const lower = change.action === "delete" ? parseAddress(change.address) : undefined;
    if (lower?.kind !== "lower-manager") return change;
    const left = [...priorOf(lower.manager).agents.values()]
      .filter(({ agent }) => agent.managerHost === lower.host)
      .map(({ address, count }) => count - (deletedByAgent.get(address) ?? 0))
      .filter((count) => count > 0);
    const loses = { agents: left.length, secrets: left.reduce((sum, count) => sum + count, 0) };
    return left.length > 0 ? { ...change, loses } : change;
  });
}

/** Warns of each agent that is declared by host below a lower manager that the plan deletes: it becomes unreachable. */
export function agentsBelowDeleted(
  managers: readonly DesiredManager[],
  changes: readonly Change[],
): Diagnostic[] {
  const deleted = deletedLowerManagers(changes);
  if (deleted.size === 0) return [];
  return managers.flatMap(({ name, agents }) =>
    agents.flatMap(({ selector, position }) => {
      if (selector.by === "match" || !deleted.has(lowerManagerAddress(name, selector.managerHost))) return [];
      const { host, managerHost } = selector;
      return [
        {
          code: "likely-mistake",
          severity: "warning",
          summary: `the agent ${JSON.stringify(host)} is declared below ${managerHost}, which the plan deletes: nothing reaches it from ${name} after that`,
          remedy: `take the agent out of the desired state as well, or declare ${managerHost} under \`lowerManagers\` again`,
          address: agentAddress(name, selector),
          position,
        } as const,
      ];
    }),
  );
}

/** Their addresses. */
function deletedLowerManagers(changes: readonly Change[]): ReadonlySet<string> {
  return new Set(
    [...changesBeside(changes)].flatMap(({ kind, action, address }) =>
      kind === "lower-manager" && action === "delete" ? [address] : [],
    ),
  );
}

/** Number of owned secrets that the plan deletes on each agent, by the agent's address. */
function deletionsByAgent(changes: readonly Change[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const { agent, secrets } of agentSpans(changes)) {
    const own = secrets.filter(endsOurs).length;
    if (own > 0) counts.set(agent, (counts.get(agent) ?? 0) + own);
  }
  return counts;
}

function endsOurs({ action, reason }: SharedChange): boolean {
  return action === "forget" || (action === "delete" && reason !== "foreign");
}
