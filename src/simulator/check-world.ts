import { Limits } from "../model/limits";
import { expandHosts, MAX_AGENTS } from "./expand-hosts";
import type { AgentGroup, ManagerDefinition, WorldDefinition } from "./world-definition";

export interface WorldProblem {
  /** From the top of the file. */
  readonly path: readonly string[];
  readonly summary: string;
  readonly remedy?: string;
}

/** Checks that a schema cannot express: uniqueness, references and limits. */
export function checkWorld(world: WorldDefinition): WorldProblem[] {
  const problems: WorldProblem[] = [];
  const hosts = new Map<string, string>();
  for (const [name, manager] of Object.entries(world.managers)) {
    const path = ["managers", name];
    const other = hosts.get(manager.host);
    if (other !== undefined) {
      problems.push({
        path: [...path, "host"],
        summary: `host "${manager.host}" is that of manager "${other}" too`,
      });
    }
    hosts.set(manager.host, name);
    problems.push(
      ...userProblems(manager, path),
      ...(world.snapshot === true ? [] : lowerManagerProblems(manager, path)),
      ...agentProblems(manager, path),
    );
  }
  for (const [index, fault] of (world.faults ?? []).entries()) {
    if (fault.manager === undefined || Object.hasOwn(world.managers, fault.manager)) continue;
    problems.push({
      path: ["faults", String(index), "manager"],
      summary: `there is no manager "${fault.manager}"`,
      remedy: `one of: ${Object.keys(world.managers).join(", ")}`,
    });
  }
  return problems;
}

function userProblems({ users }: ManagerDefinition, path: readonly string[]): WorldProblem[] {
  const seen = new Set<string>();
  return Object.entries(users).flatMap(([name, { password, resourceGroup, resourceGroups }]) => {
    const problems: WorldProblem[] = [];
    const at = [...path, "users", name];
    if (Buffer.byteLength(password) > Limits.passwordBytes.max) {
      problems.push({
        path: [...at, "password"],
        summary: `a password has at most ${Limits.passwordBytes.max} bytes`,
      });
    }
    if (resourceGroup !== undefined && resourceGroups !== undefined) {
      problems.push({
        path: at,
        summary: `user "${name}" has both "resourceGroups" and "resourceGroup"`,
        remedy: "keep the list",
      });
    }
    if (seen.has(name.toLowerCase())) {
      problems.push({ path: at, summary: `user "${name}" is there twice: names are case-insensitive` });
    }
    seen.add(name.toLowerCase());
    return problems;
  });
}

function lowerManagerProblems(manager: ManagerDefinition, path: readonly string[]): WorldProblem[] {
  return (manager.lowerManagers ?? []).flatMap((host, index) =>
    manager.subordinates?.includes(host) === true
      ? []
      : [
          {
            path: [...path, "lowerManagers", String(index)],
            summary: `lower manager "${host}" is not registered in IM Configuration Management`,
            remedy: "list it under `subordinates` as well",
          },
        ],
  );
}

function agentProblems({ agents = [] }: ManagerDefinition, path: readonly string[]): WorldProblem[] {
  const seen = new Set<string>();
  return agents.flatMap((group, index) => {
    const at = [...path, "agents", String(index)];
    const hosts = expandHosts(group.host);
    if (hosts === undefined || seen.size + hosts.length > MAX_AGENTS) {
      return [
        {
          path: [...at, "host"],
          summary: `"${group.host}" runs backwards or gives more than ${MAX_AGENTS} agents`,
        },
      ];
    }
    const twice = hosts.find((host) => seen.has(host));
    for (const host of hosts) seen.add(host);
    const problems: WorldProblem[] = [];
    if (twice !== undefined)
      problems.push({ path: [...at, "host"], summary: `agent "${twice}" is there twice` });
    if (secretCount(group) > Limits.secretsPerAgent) {
      problems.push({
        path: at,
        summary: `an agent holds at most ${Limits.secretsPerAgent} secrets, its own two among them`,
      });
    }
    return problems;
  });
}

/** The number of secrets with which an agent of the group starts. */
export function secretCount(group: AgentGroup): number {
  const own = group.connection === undefined ? 2 : 0;
  return own + Object.keys(group.secrets ?? {}).length + (group.generateSecrets ?? 0);
}
