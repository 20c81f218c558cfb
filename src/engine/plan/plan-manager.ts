import { ManagerError } from "../../api/manager-error";
import { agentsBelow, parseAddress, resourceAddress } from "../../model/address";
import type { Change } from "../../model/change";
import { addressesOfKind } from "../../model/declared";
import type { DesiredManager } from "../../model/desired-state";
import { DiagnosticError } from "../../model/diagnostic";
import { isSameHost } from "../../model/host";
import type { NamedKind } from "../../model/kind-names";
import type { Unplanned } from "../../model/plan";
import type { AgentUnit } from "../../resources/agent-secrets/agent-unit";
import { mayMatchBelow } from "../../resources/agent-secrets/selection";
import { failedRequest, isNoSuchAgent } from "../../resources/failed-request";
import { resourceKinds } from "../../resources/kinds";
import { isJoining } from "../../resources/lower-manager/plan";
import type { ResourceKind } from "../../resources/resource-kind";
import type { UnitPlan } from "../../resources/unit-plan";
import type { EngineEvent } from "../context";
import { forEachLimited, inTurns } from "../limited";
import { spelledOnList } from "../observe/host-spelling-warnings";
import type { Observer } from "../observe/observer";
import { ownedNames, type PriorState } from "../prior-state";
import type { Scope } from "../scope";
import type { AgentListing } from "../values/agent-blocks";
import type { ManagerUnits } from "./manager-units";
import { observeAgents } from "./observe-agents";
import { openSelectors } from "./open-selectors";
import type { PlanDraft } from "./plan-draft";
import { renamedAgent, type UnknownAgent } from "./renamed-agents";
import { countSelectors, lostAgent } from "./selector-counts";

export interface ManagerPlanning {
  readonly units: ManagerUnits;
  readonly prior: PriorState;
  readonly observer: Observer;
  readonly scope: Scope;
  readonly draft: PlanDraft;
  /** In a rebuild: hosts of lower managers that do not let this manager in. */
  readonly disconnected?: ReadonlySet<string>;
  /** Whether agents can be seen before their lower manager is added: in a rehearsal of a rebuild. */
  readonly seesAll?: boolean;
  readonly parallelism: number;
  readonly report: (event: EngineEvent) => void;
}

/**
 * Observes one manager and plans everything on it but its initial secret. Only what is declared or owned is asked
 * for. What cannot be observed becomes *unknown*, and the rest goes on. Returns the agents that it looked at, and those
 * that cannot be seen yet.
 */
export async function planManager(planning: ManagerPlanning): Promise<readonly AgentUnit[]> {
  const listed = resourceKinds.filter(isListed);
  const found = await Promise.all(listed.map((kind) => planListed(planning, kind)));
  const lower = lowerHosts(
    planning.units.desired,
    found[listed.findIndex(({ name }) => name === "lower-manager")] ?? {},
  );
  return planAgents(planning, planning.seesAll ? { ...lower, joining: new Set() } : lower);
}

/** A kind of which one call lists all that there is. */
type ListedKind = ResourceKind & { readonly name: NamedKind };

function isListed(kind: ResourceKind): kind is ListedKind {
  return kind.list !== undefined;
}

/** What planning a kind gave, or why the manager could not be asked. */
interface ListedPlan {
  readonly unit?: UnitPlan;
  readonly error?: ManagerError;
}

/** Plans what one list shows of a kind, where anything of it is declared, owned or to be pruned in scope. */
async function planListed(planning: ManagerPlanning, kind: ListedKind): Promise<ListedPlan> {
  const { units, prior, observer, scope, draft, disconnected } = planning;
  const { name, policy } = units.desired;
  const place = resourceAddress(kind.name, name);
  const addresses = [
    ...addressesOfKind(units.desired, kind.name),
    ...ownedNames(prior, kind.name).map((owned) => resourceAddress(kind.name, name, owned)),
  ];
  const isForeignWanted = policy.prune === "all" && scope.touches(place);
  if (!isForeignWanted && !addresses.some((address) => scope.covers(address))) return {};
  try {
    const listed = await observer.names(kind.name);
    draft.diagnose(...(kind.doubts?.(units.desired, listed) ?? []));
    const unit = units.plan(kind, listed, prior, disconnected && { disconnected });
    draft.add(unit);
    return { unit };
  } catch (error) {
    if (error instanceof DiagnosticError) draft.diagnose(...error.diagnostics);
    else draft.unknown(...unknownAll(addresses.length > 0 ? addresses : [place], error, scope));
    return error instanceof ManagerError ? { error } : {};
  }
}

/** What the agents below lower managers depend on. */
interface LowerHosts {
  /** Hosts that have to be added: their agents cannot be seen before. */
  readonly joining: ReadonlySet<string>;
  /** Declared hosts of which nothing is known, and why: they may have to be added. */
  readonly unknown: ReadonlyMap<string, ManagerError>;
}

function lowerHosts({ lowerManagers }: DesiredManager, { unit, error }: ListedPlan): LowerHosts {
  return {
    joining: new Set(unit?.changes.flatMap(joiningHost)),
    unknown: new Map(error ? lowerManagers.map(({ host }) => [host, error]) : []),
  };
}

function joiningHost(change: Change): string[] {
  const addressed = isJoining(change) ? parseAddress(change.address) : undefined;
  return addressed?.kind === "lower-manager" ? [addressed.host] : [];
}

async function planAgents(
  planning: ManagerPlanning,
  { joining, unknown: unsure }: LowerHosts,
): Promise<readonly AgentUnit[]> {
  const { units, prior, observer, scope, draft, parallelism, report } = planning;
  if (!scope.touches(`${units.desired.name}/agent`)) return [];
  const found = await observeAgents(units, prior, observer, scope, joining);
  draft.unknown(...found.unknown, ...selectedBelow(units.desired, unsure, found.listing, scope));
  draft.diagnose(...found.diagnostics);
  draft.countSelectors(...countSelectors(units.desired, { prior, listing: found.listing, joining }, scope));
  draft.openSelectors(
    ...openSelectors(units.desired, { joining, isListed: found.listing?.isAsked ?? true }, scope),
  );
  for (const unit of found.unseen) deferAgent(planning, unit);
  report({ type: "phase", phase: "observe", total: found.units.length });
  const unknown: AgentUnit[] = [];
  const renamed: UnknownAgent[] = [];
  const planAll = (agents: readonly AgentUnit[]) => {
    // Every host gets its turn early: what one that keeps us waiting costs is then not at the expense of the others.
    const order = inTurns(agents, ({ agent }) => agent.managerHost);
    return forEachLimited(order, parallelism, async (unit) => {
      if (!(await planAgent(planning, unit, renamed))) unknown.push(unit);
      report({ type: "step", phase: "observe", address: unit.address });
    });
  };
  const isDeclared = ({ declarations }: AgentUnit) => declarations.length > 0;
  await planAll(found.units.filter(isDeclared));
  for (const unit of unknown) {
    const { address } = unit;
    if (!prior.agents.has(address)) renamed.push({ address, keys: units.agentDesired(unit).keys });
  }
  await planAll(found.units.filter((unit) => !isDeclared(unit)));
  // Where a selector needs the list, it has been compared already.
  const isListed = units.desired.agents.some(({ selector }) => selector.by === "match");
  if (unknown.length > 0 && !isListed) draft.diagnose(...(await spelledOnList(units.desired, observer)));
  return [...found.units, ...found.unseen];
}

/**
 * The agents that selectors may match below hosts of which nobody knows whether they have to be added. Where the list has
 * agents of a host, it is there.
 */
function selectedBelow(
  { name, agents }: DesiredManager,
  unsure: LowerHosts["unknown"],
  listing: AgentListing | undefined,
  scope: Scope,
): Unplanned[] {
  const listed = new Set([...(listing?.agents.values() ?? [])].map(({ managerHost }) => managerHost));
  return [...unsure].flatMap(([host, error]) => {
    const isSelected = agents.some(
      ({ selector }) => selector.by === "match" && mayMatchBelow(selector, host),
    );
    return isSelected && !listed.has(host) ? unknownAll([agentsBelow(name, host)], error, scope) : [];
  });
}

function deferAgent({ units, draft }: ManagerPlanning, unit: AgentUnit): void {
  try {
    draft.defer(...units.deferAgent(unit));
  } catch (error) {
    if (!(error instanceof DiagnosticError)) throw error;
    draft.diagnose(...error.diagnostics);
  }
}

/** False for an agent that the manager says it does not know. */
async function planAgent(
  { units, prior, observer, draft }: ManagerPlanning,
  unit: AgentUnit,
  unknown: readonly UnknownAgent[],
): Promise<boolean> {
  const isUndeclared = unit.declarations.length === 0;
  try {
    const planned = await planObserved(units, observer, unit);
    const prunes = planned.changes.some(({ action }) => action === "delete");
    const renamed = isUndeclared ? renamedAgent(unit, planned, unknown) : undefined;
    if (renamed) draft.block(renamed);
    else if (unit.isHidden && prunes) draft.unknown(hidden(unit.address));
    else draft.add(planned);
    return true;
  } catch (error) {
    if (error instanceof DiagnosticError) {
      draft.diagnose(...error.diagnostics);
      return true;
    }
    if (!(error instanceof ManagerError)) throw error;
    const isLeft = isUndeclared && isNoSuchAgent(error);
    // An agent that a new manager does not know yet has most likely not been set up for it.
    const isAwaited = prior.rebuild !== undefined && isWithManager(units, unit);
    if (isLeft && !isAwaited && (await isGone(units, observer, unit))) {
      // Nothing is declared for it and it does not exist any more: what the state holds of it is forgotten.
      const forgotten = units.planAgent(unit, []);
      draft.add(forgotten);
      if (unit.isHidden) draft.loseAgent(lostAgent(units.desired.name, unit.agent, forgotten));
    } else draft.unknown(failedRequest(unit.address, error));
    return !isNoSuchAgent(error);
  }
}

/** An answer that the state knows is compared by its digest, and need not be parsed. */
async function planObserved(units: ManagerUnits, observer: Observer, unit: AgentUnit): Promise<UnitPlan> {
  const known = units.planKnownAnswer(unit);
  if (known === undefined) return units.planAgent(unit, await observer.agentSecrets(unit.agent));
  const changed = await observer.changedAgentSecrets(unit.agent, known.digest);
  return changed === undefined ? known.plan : units.planAgent(unit, changed);
}

/** An agent that answers, and that the list leaves out: a selector may apply to it, and nothing tells whether. */
function hidden(address: string): Unplanned {
  const detail =
    "the agent answers, and the agent list leaves it out, so that nothing tells whether a selector applies to it";
  const remedy = "let the user read this agent, or declare it by host";
  return { address, code: "agent-unknown", detail, remedy };
}

/** Whether it is below the manager itself, or one that is declared to be below it. */
function isWithManager({ desired }: ManagerUnits, { agent }: AgentUnit): boolean {
  const hosts = [desired.host, ...desired.lowerManagers.map(({ host }) => host)];
  return hosts.some((host) => isSameHost(host, agent.managerHost));
}

/** Only a complete list of agents shows that one is gone; not one that its lower manager's absence hides for now. */
async function isGone({ desired }: ManagerUnits, observer: Observer, { agent }: AgentUnit): Promise<boolean> {
  try {
    const isBelow = desired.lowerManagers.some(({ host }) => isSameHost(host, agent.managerHost));
    const isListed = async () =>
      (await observer.names("lower-manager")).some((host) => isSameHost(host, agent.managerHost));
    if (isBelow && !(await isListed())) return false;
    const answer = await observer.agents();
    if (!answer?.complete) return false;
    return !answer.value.some(
      ({ host, managerHost }) => host === agent.host && managerHost === agent.managerHost,
    );
  } catch (error) {
    if (error instanceof ManagerError) return false;
    throw error;
  }
}

function unknownAll(addresses: readonly string[], error: unknown, scope: Scope): Unplanned[] {
  if (!(error instanceof ManagerError)) throw error;
  return [...new Set(addresses)]
    .filter((address) => scope.touches(address))
    .map((address) => failedRequest(address, error));
}
