import { managerOf, parseAddress } from "../model/address";
import type { AgentDeclaration, AgentSelector, DesiredManager, DesiredState } from "../model/desired-state";
import type { Plan } from "../model/plan";
import {
  type AgentGroup,
  type Marks,
  noMarks,
  type Topology,
  type TopologyLowerManager,
  type TopologyManager,
} from "../model/topology";
import { type InputOptions, readDesired } from "./inputs/inputs";
import type { Platform } from "./platform";

/**
 * The declared topology, with the changes of a plan if one is given, including what the plan deletes. It asks no
 * manager. Throws a `DiagnosticError` for invalid input.
 *
 * @example
 * const { managers } = await topology({ files: ["tokyo.yaml"] }, createPlatform());
 */
export async function topology(options: InputOptions, platform: Platform, plan?: Plan): Promise<Topology> {
  const desired = await readDesired(options, platform);
  if (plan) warnOfChanges(plan, desired, platform);
  const marks = plan ? marksOf(plan) : new Map<string, ManagerMarks>();
  const byHost = new Map([...desired.managers.values()].map(({ name, host }) => [host, name]));
  return {
    managers: [...desired.managers.values()].map((manager) =>
      managerIn(manager, byHost, marks.get(manager.name) ?? emptyMarks(), desired),
    ),
  };
}

function warnOfChanges({ inputs }: Plan, desired: DesiredState, { report }: Platform): void {
  const now = new Map(desired.inputs.map(({ path, sha256 }) => [path, sha256]));
  for (const { path } of inputs.filter(({ path, sha256 }) => now.has(path) && now.get(path) !== sha256)) {
    const summary = `${path} has changed since the plan was made from it`;
    const remedy = "make a new plan to see what would change now";
    report({ type: "diagnostic", diagnostic: { code: "plan-stale", severity: "warning", summary, remedy } });
  }
}

/** The changes of a plan on one manager, by resource. */
interface ManagerMarks {
  initialSecret: Marks;
  clients: Marks;
  readonly lowerManagers: Map<string, Marks>;
  /** By manager host, then host. */
  readonly agents: Map<string, Map<string, Marks>>;
}

function emptyMarks(): ManagerMarks {
  return { initialSecret: noMarks, clients: noMarks, lowerManagers: new Map(), agents: new Map() };
}

function marksOf({ changes, deferred, unknown, blocked }: Plan): Map<string, ManagerMarks> {
  const byManager = new Map<string, ManagerMarks>();
  const note = (address: string, mark: keyof Marks) => {
    const manager = managerOf(address);
    const marks = byManager.get(manager) ?? emptyMarks();
    byManager.set(manager, marks);
    add(marks, address, mark);
  };
  for (const { address, action } of changes)
    if (action !== "forget" && action !== "no-op") note(address, action);
  for (const { address } of deferred) note(address, "deferred");
  for (const { address } of [...unknown, ...blocked]) note(address, "open");
  return byManager;
}

function add(marks: ManagerMarks, address: string, mark: keyof Marks): void {
  const addressed = parseAddress(address);
  switch (addressed?.kind) {
    case "initial-secret":
      marks.initialSecret = plus(marks.initialSecret, mark);
      return;
    case "client":
      marks.clients = plus(marks.clients, mark);
      return;
    case "lower-manager":
      marks.lowerManagers.set(addressed.host, plus(marks.lowerManagers.get(addressed.host), mark));
      return;
    case "agent":
    case "secret": {
      const { managerHost, host } = addressed.agent;
      const agents = marks.agents.get(managerHost) ?? new Map<string, Marks>();
      marks.agents.set(managerHost, agents.set(host, plus(agents.get(host), mark)));
    }
  }
}

function plus(marks: Marks = noMarks, mark: keyof Marks): Marks {
  return { ...marks, [mark]: marks[mark] + 1 };
}

function managerIn(
  manager: DesiredManager,
  byHost: ReadonlyMap<string, string>,
  marks: ManagerMarks,
  { managers }: DesiredState,
): TopologyManager {
  const { name, host, clients, lowerManagers } = manager;
  const declared = new Set(lowerManagers.map((lower) => lower.host));
  const groups = groupsByHost(manager, marks);
  const lowerHosts = new Set([...declared, ...marks.lowerManagers.keys(), ...groups.keys()]);
  const lower = [...lowerHosts].sort().filter((each) => each !== host && each !== ANY_HOST);
  return {
    name,
    host,
    marks: marks.initialSecret,
    clients: { count: clients.length, marks: marks.clients },
    groups: [...(groups.get(host) ?? []), ...(groups.get(ANY_HOST) ?? [])],
    lowerManagers: lower.map((each): TopologyLowerManager => {
      const declaredAs = byHost.get(each);
      return {
        host: each,
        declaredAs: declaredAs !== undefined && managers.has(declaredAs) ? declaredAs : undefined,
        declared: declared.has(each),
        marks: marks.lowerManagers.get(each) ?? noMarks,
        groups: groups.get(each) ?? [],
      };
    }),
  };
}

/** Means any host: no host name is empty. */
const ANY_HOST = "";

function groupsByHost(manager: DesiredManager, marks: ManagerMarks): Map<string, AgentGroup[]> {
  const groups = new Map<string, AgentGroup[]>();
  const put = (host: string, group: AgentGroup) => groups.set(host, [...(groups.get(host) ?? []), group]);
  const exact = new Map<string, Map<string, number>>();
  for (const { selector, secrets } of manager.agents) {
    if (selector.by === "match") continue;
    const hosts = exact.get(selector.managerHost) ?? new Map<string, number>();
    exact.set(selector.managerHost, hosts.set(selector.host, (hosts.get(selector.host) ?? 0) + secrets.size));
  }
  for (const managerHost of new Set([...exact.keys(), ...marks.agents.keys()])) {
    const [declared, changed] = [exact.get(managerHost), marks.agents.get(managerHost)];
    const hosts = [...new Set([...(declared?.keys() ?? []), ...(changed?.keys() ?? [])])].sort();
    groups.set(
      managerHost,
      hosts.map((name) => ({
        ...{ by: "host" as const, name, secrets: declared?.get(name) ?? 0 },
        marks: changed?.get(name) ?? noMarks,
      })),
    );
  }
  for (const declaration of manager.agents) {
    const { selector } = declaration;
    if (selector.by === "match") put(placeOf(selector), selectorGroup(selector, declaration));
  }
  return groups;
}

/** A selector with one manager host is drawn there; one with a pattern is drawn at the manager. */
function placeOf({ managerHost }: { readonly managerHost?: string | undefined }): string {
  return managerHost === undefined || /[*?]/.test(managerHost) ? ANY_HOST : managerHost;
}

function selectorGroup(
  selector: Extract<AgentSelector, { by: "match" }>,
  { secrets }: AgentDeclaration,
): AgentGroup {
  const { match, managerHost, os, addons = [] } = selector;
  const more = [
    ...(managerHost !== undefined && placeOf(selector) === ANY_HOST ? [`managerHost ${managerHost}`] : []),
    ...(os === undefined ? [] : [`os ${os}`]),
    ...addons,
  ];
  const name = more.length === 0 ? match : `${match} (${more.join(", ")})`;
  return { by: "match", name, secrets: secrets.size, marks: noMarks };
}
