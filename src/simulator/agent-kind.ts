import type { AgentKind } from "./simulated-agent";
import type { AgentGroup } from "./world-definition";

/** What the agents of a group share. `newSecret` makes the values of their connection where none are given. */
export function agentKind(group: AgentGroup, newSecret: () => string): AgentKind {
  const entries = new Map<string, string>();
  const connection = new Map(
    Object.entries(
      group.connection ?? { "immgr.initialSecret": newSecret(), "immgr.clientSecret": newSecret() },
    ),
  );
  if (group.connection === undefined) for (const [key, value] of connection) entries.set(key, value);
  for (const [key, value] of Object.entries(group.secrets ?? {})) entries.set(key, value);
  for (let number = 1; number <= (group.generateSecrets ?? 0); number += 1) {
    const suffix = String(number).padStart(4, "0");
    entries.set(`secret-${suffix}`, `value-${suffix}`);
  }
  return {
    os: group.os?.toLowerCase() === "windows" ? "windows" : "linux",
    addons: group.addons ?? {},
    resourceGroups: group.resourceGroups ?? [],
    connection,
    template: { entries },
  };
}
