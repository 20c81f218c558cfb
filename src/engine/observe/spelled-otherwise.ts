import { ManagerError } from "../../api/manager-error";
import type { AgentRef } from "../../model/address";
import type { DesiredManager } from "../../model/desired-state";
import type { Diagnostic, SourcePosition } from "../../model/diagnostic";
import type { Observer } from "./observer";

/**
 * Warns of each declared host that the agent list holds in another spelling. Whether the manager regards case is not
 * documented, so the list's spelling is the one to declare.
 */
export function spelledOtherwise(desired: DesiredManager, listed: Iterable<AgentRef>): Diagnostic[] {
  const hosts = new Spellings();
  const managerHosts = new Spellings();
  for (const { host, managerHost } of listed) {
    hosts.add(host);
    managerHosts.add(managerHost);
  }
  const declared = desired.agents.flatMap(({ selector, position }) => [
    ...(selector.by === "host" ? hosts.differing(selector.host, "agent", position) : []),
    ...managerHosts.differing(selector.managerHost, "managerHost", position),
  ]);
  const found = [
    ...managerHosts.differing(desired.host, "host of the manager", desired.position),
    ...declared,
  ];
  return [...new Map(found.map((each) => [each.summary, each])).values()];
}

/** The same, of the list that the manager gives now; nothing where it gives none, which the plan reports elsewhere. */
export async function spelledOnList(desired: DesiredManager, observer: Observer): Promise<Diagnostic[]> {
  try {
    const answer = await observer.agents();
    return answer ? spelledOtherwise(desired, answer.complete ? answer.value : answer.partial) : [];
  } catch (error) {
    if (error instanceof ManagerError) return [];
    throw error;
  }
}

/** The same of declared lower managers; they are compared, and sent, as the list spells them. */
export function lowerManagersSpelledOtherwise(
  { lowerManagers }: DesiredManager,
  listed: readonly string[],
): Diagnostic[] {
  const hosts = new Spellings();
  for (const host of listed) hosts.add(host);
  return lowerManagers.flatMap(({ host, position }) => hosts.differing(host, "lower manager", position));
}

/** Names by what is the same of them whatever their case. */
class Spellings {
  readonly #byLowerCase = new Map<string, Set<string>>();

  add(name: string): void {
    const key = name.toLowerCase();
    const known = this.#byLowerCase.get(key);
    if (known) known.add(name);
    else this.#byLowerCase.set(key, new Set([name]));
  }

  differing(name: string | undefined, what: string, position: SourcePosition): Diagnostic[] {
    const spellings = name === undefined ? undefined : this.#byLowerCase.get(name.toLowerCase());
    const [listed] = spellings ?? [];
    if (name === undefined || listed === undefined || spellings?.has(name)) return [];
    return [
      {
        code: "host-spelling",
        severity: "warning",
        summary: `the ${what} ${JSON.stringify(name)} is listed by the manager as ${JSON.stringify(listed)}`,
        remedy: `write ${JSON.stringify(listed)}, as the manager's list spells it`,
        position,
      },
    ];
  }
}
