import { ManagerError } from "../../api/manager-error";
import type { AgentRef } from "../../model/address";
import type { DesiredManager } from "../../model/desired-state";
import type { Diagnostic } from "../../model/diagnostic";
import { Spellings } from "../../resources/spellings";
import type { Observer } from "./observer";

/**
 * Warns of each declared host that the agent list has in another spelling. The documents do not say whether the
 * manager ignores case, so the list's spelling should be declared.
 */
export function spelledOtherwise(desired: DesiredManager, listed: Iterable<AgentRef>): Diagnostic[] {
  const agents = [...listed];
  const hosts = new Spellings(agents.map(({ host }) => host));
  const managerHosts = new Spellings(agents.map(({ managerHost }) => managerHost));
  const declared = desired.agents.flatMap(({ selector, position }) => [
    ...(selector.by === "host" ? hosts.differing(selector.host, "agent", position) : []),
    ...managerHosts.differing(selector.managerHost, "managerHost", position),
  ]);
  const warnings = [
    ...managerHosts.differing(desired.host, "host of the manager", desired.position),
    ...declared,
  ];
  return [...new Map(warnings.map((each) => [each.summary, each])).values()];
}

/** The same for the manager's current list; empty if it gives none, which the plan reports elsewhere. */
export async function spelledOnList(desired: DesiredManager, observer: Observer): Promise<Diagnostic[]> {
  try {
    const answer = await observer.agents();
    return answer ? spelledOtherwise(desired, answer.complete ? answer.value : answer.partial) : [];
  } catch (error) {
    if (error instanceof ManagerError) return [];
    throw error;
  }
}
