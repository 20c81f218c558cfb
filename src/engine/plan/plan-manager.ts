import { ManagerError } from "../../api/manager-error";
import { agentsBelow, parseAddress, resourceAddress } from "../../model/address";
import { countActions } from "../../model/agent-spans";
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
import { countSelectors, lostAgent } from "./selector-counts";

export interface ManagerPlanning {
  readonly units: ManagerUnits;
  readonly prior: PriorState;
  readonly observer: Observer;
  readonly scope: Scope;
  readonly draft: PlanDraft;
  /** In a rebuild: hosts of lower managers that do not accept this manager. */
  readonly disconnected?: ReadonlySet<string>;
  /** Whether agents can be seen before their lower manager is added: in a rehearsal of a rebuild. */
  readonly seesAll?: boolean;
  readonly parallelism: number;
  readonly report: (event: EngineEvent) => void;
}

/**
 * Observes one manager and plans everything on it except its initial secret. It reads only what is declared or owned.
 * A resource that cannot be observed becomes *unknown* and does not stop the rest. Returns the observed agents and
 * those that are not visible yet.
 */
export async function planManager(planning: ManagerPlanning): Promise<readonly AgentUnit[]> {
  const listed = resourceKinds.filter(isListed);
  const byKind = await Promise.all(listed.map((kind) => planListed(planning, kind)));
  const lower = lowerHosts(
    planning.units.desired,
    byKind[listed.findIndex(({ name }) => name === "lower-manager")] ?? {},
  );
  return planAgents(planning, planning.seesAll ? { ...lower, joining: new Set() } : lower);
}

/** A kind of which one call lists all resources. */
type ListedKind = ResourceKind & { readonly name: NamedKind };

function isListed(kind: ResourceKind): kind is ListedKind {
  return kind.list !== undefined;
}

/** The plan of a kind, or the reason why the manager could not be asked. */
interface ListedPlan {
  readonly unit?: UnitPlan;
  readonly error?: ManagerError;
}

/** Plans what one list shows of a kind, if anything of it in scope is declared, owned or may be pruned. */
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

/** Lower managers on which their agents depend. */
interface LowerHosts {
  /** Hosts that must be added: their agents are not visible before. */
  readonly joining: ReadonlySet<string>;
  /** Declared hosts that are unknown, with the reason: they may have to be added. */
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
  const observation = await observeAgents(units, prior, observer, scope, joining);
  draft.unknown(...observation.unknown, ...selectedBelow(units.desired, unsure, observation.listing, scope));
  draft.diagnose(...observation.diagnostics);
  draft.countSelectors(
    ...countSelectors(units.desired, { prior, listing: observation.listing, joining }, scope),
  );
  draft.openSelectors(
    ...openSelectors(units.desired, { joining, isListed: observation.listing?.isAsked ?? true }, scope),
  );
  for (const unit of observation.unseen) deferAgent(planning, unit);
  report({ type: "phase", phase: "observe", total: observation.units.length });
  const unknown: AgentUnit[] = [];
  // Every host gets an early turn, so that a slow one does not delay the others.
  const order = inTurns(observation.units, ({ agent }) => agent.managerHost);
  await forEachLimited(order, parallelism, async (unit) => {
    if (!(await planAgent(planning, unit))) unknown.push(unit);
    report({ type: "step", phase: "observe", address: unit.address });
  });
  // If a selector needs the list, it was compared already.
  const isListed = units.desired.agents.some(({ selector }) => selector.by === "match");
  if (unknown.length > 0 && !isListed) draft.diagnose(...(await spelledOnList(units.desired, observer)));
  return [...observation.units, ...observation.unseen];
}

/**
 * The agents that selectors may match below hosts that may have to be added. A host with agents in the list exists.
 */
function selectedBelow(
  { name, agents }: DesiredManager,
  unsure: LowerHosts["unknown"],
  listing: AgentListing | undefined,
  scope: Scope,
): Unplanned[] {
  if (unsure.size === 0) return [];
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

/** False if the manager answers that it does not know the agent. */
async function planAgent(
  { units, prior, observer, draft }: ManagerPlanning,
  unit: AgentUnit,
): Promise<boolean> {
  const isUndeclared = unit.declarations.length === 0;
  try {
    const planned = await planObserved(units, observer, unit);
    if (unit.isHidden && prunes(planned)) draft.unknown(hidden(unit.address));
    else draft.add(planned);
    return true;
  } catch (error) {
    if (error instanceof DiagnosticError) {
      draft.diagnose(...error.diagnostics);
      return true;
    }
    if (!(error instanceof ManagerError)) throw error;
    const isLeft = isUndeclared && isNoSuchAgent(error);
    // During a rebuild, an agent that the new manager does not know most likely does not report to it yet.
    const isAwaited = prior.rebuild !== undefined && isWithManager(units, unit);
    if (isLeft && !isAwaited && (await isGone(units, observer, unit))) {
      // Nothing is declared for it and it no longer exists: the state forgets it.
      const forgotten = units.planAgent(unit, []);
      draft.add(forgotten);
      if (unit.isHidden) draft.loseAgent(lostAgent(units.desired.name, unit.agent, forgotten));
    } else draft.unknown(failedRequest(unit.address, error));
    return !isNoSuchAgent(error);
  }
}

function prunes({ changes }: UnitPlan): boolean {
  return countActions(changes).delete > 0;
}

/** Compares a recorded answer by its digest, so that it need not be parsed. */
async function planObserved(units: ManagerUnits, observer: Observer, unit: AgentUnit): Promise<UnitPlan> {
  const known = units.planKnownAnswer(unit);
  if (known === undefined) return units.planAgent(unit, await observer.agentSecrets(unit.agent));
  const changed = await observer.changedAgentSecrets(unit.agent, known.digest);
  return changed === undefined ? known.plan : units.planAgent(unit, changed);
}

/** An agent that answers and is not in the list: it is unknown whether a selector applies to it. */
function hidden(address: string): Unplanned {
  const detail =
    "the agent answers, and the agent list leaves it out, so that nothing tells whether a selector applies to it";
  const remedy = "let the user read this agent, or declare it by host";
  return { address, code: "agent-unknown", detail, remedy };
}

/** Whether it is below the manager itself, or below a declared lower manager. */
function isWithManager({ desired }: ManagerUnits, { agent }: AgentUnit): boolean {
  const hosts = [desired.host, ...desired.lowerManagers.map(({ host }) => host)];
  return hosts.some((host) => isSameHost(host, agent.managerHost));
}

/** Only a complete list shows that an agent is gone, and not while its lower manager is missing, which hides it. */
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
