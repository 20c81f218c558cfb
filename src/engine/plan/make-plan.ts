import type { ManagerPort } from "../../api/port";
import { initialSecretAddress } from "../../model/address";
import { emptied } from "../../model/declared";
import type { DesiredState } from "../../model/desired-state";
import { type Diagnostic, DiagnosticError } from "../../model/diagnostic";
import { PLAN_FORMAT_VERSION, type Plan, type PlanMode, type PlanScope } from "../../model/plan";
import { suggest } from "../../model/shell-command";
import { formatTime } from "../../platform/clock";
import type { AgentUnit } from "../../resources/agent-secrets/agent-unit";
import { initialSecretKind } from "../../resources/initial-secret/kind";
import { operationKind } from "../../resources/kinds";
import { strangeIssuers } from "../../resources/lower-manager/issuer-hosts";
import type { PlanContext } from "../context";
import { withCircuitBreaker } from "../observe/circuit-breaker";
import { observeLowerManagersAtRebuild, type RebuildIntent } from "../observe/lower-managers-at-rebuild";
import { liveObservers, recordedObserver, rehearsingObserver } from "../observe/observer";
import { emptyPrior, type PriorState, priorStates } from "../prior-state";
import { createScope, requireScope, type Scope, writtenManagers } from "../scope";
import { declaredPlaces } from "../values/declared-places";
import type { DesiredValues } from "../values/desired-values";
import { awaitedSecrets, strayKept } from "../values/kept-secrets";
import { VersionDigests } from "../values/source-versions";
import { valuesInScope } from "../values/values-in-scope";
import { checkBudgets, checkLostAgents } from "./budget";
import { unmatchedTargets } from "./check-targets";
import { strayParts, withDamage } from "./damage-in-plan";
import { agentsBelowDeleted } from "./deleted-lower-managers";
import { frozenManagers } from "./freeze";
import { loweredGenerations } from "./lowered-generations";
import { ManagerIdentities } from "./manager-identities";
import { ManagerUnits } from "./manager-units";
import { PlanDraft } from "./plan-draft";
import { type ManagerPlanning, planManager } from "./plan-manager";
import { checkProtected } from "./protect";
import { requireRotatable } from "./require-rotatable";
import { undeclaredManagers } from "./undeclared-managers";
import { withholdMovedSecrets } from "./withhold-moved-secrets";
import { wrongIssuers } from "./wrong-issuers";

/** A plan with everything that applying it needs. The values and units exist only in memory. */
export interface PlannedRun {
  readonly plan: Plan;
  /** By manager name. */
  readonly units: ReadonlyMap<string, ManagerUnits>;
  /** By address. */
  readonly agents: ReadonlyMap<string, AgentUnit>;
  readonly values: DesiredValues;
  readonly scope: Scope;
  /** Managers that are, as far as the state shows, those that it was written for. */
  readonly identified: ReadonlySet<string>;
  /** The port to a declared manager. */
  readonly connect: (manager: string) => Promise<ManagerPort>;
}

export interface PlanRequest extends PlanScope {
  readonly mode: PlanMode;
  /** What a rebuild of one manager adds. */
  readonly rebuild?: RebuildIntent;
  /** A second round: its targets are places that may have resources, not what a user typed. */
  readonly followsUp?: boolean;
  /** It covers a part of each agent: keys that it neither declares nor may delete belong to others. */
  readonly isPart?: boolean;
}

/**
 * Observes every manager in scope and plans the changes to the desired state.
 *
 * Throws a `DiagnosticError` when the desired state cannot be planned at all: an unknown target, a value that its
 * source does not give, selectors that contradict each other. Resources that cannot be observed are in `plan.unknown`,
 * and so are managers whose part of the state turns out to be damaged: it is read while the plan is made.
 */
export async function makePlan(context: PlanContext, request: PlanRequest): Promise<PlannedRun> {
  try {
    return await planAll(context, request);
  } catch (error) {
    const damaged = withDamage(context, error);
    if (damaged === undefined) throw error;
    return makePlan({ ...context, damaged }, request);
  }
}

async function planAll(context: PlanContext, request: PlanRequest): Promise<PlannedRun> {
  requireScope(request, context.desired);
  const scope = createScope(request);
  requireRotatable(request, scope, context.desired);
  const declared = [...context.desired.managers.values()].map((manager) =>
    request.mode === "destroy" ? emptied(manager) : manager,
  );
  const inScope = declared.filter(({ name }) => scope.touches(name));
  const { values, versions, missing, closed } = await valuesInScope(context, inScope, scope, request);
  const priors = context.priors ?? priorStates(context.state);
  const priorOf = (name: string) => priors.get(name) ?? emptyPrior(name);
  const { mode, secrets } = request;
  const { fingerprints, state, kept, parallelism, report } = context;
  const recoverable = awaitedSecrets(kept, state);
  const rotation = { rotate: new Set(request.rotate), now: context.clock.now() };
  const versionDigests = new VersionDigests(() => state.lineage);
  const known = {
    fingerprints,
    versions,
    versionDigests,
    values: secrets ? values : undefined,
    missing: secrets ? missing : undefined,
  };
  const sinkPlaces = await declaredPlaces(context.desired, context.delivery, { checksFiles: secrets });
  const isPart = request.isPart === true;
  const shared = { mode, isPart, state, recoverable, scope, places: sinkPlaces, ...rotation, ...known };
  const units = new Map(declared.map((desired) => [desired.name, new ManagerUnits({ desired, ...shared })]));
  const agents = new Map<string, AgentUnit>();
  const connect = connector(context);
  const draft = new PlanDraft();
  draft.diagnose(
    ...undeclaredManagers(priors, context.desired, writtenManagers(request, context.desired)),
    ...new Set(closed.values()),
    ...unfinishedRebuilds(priors, request),
    ...(isPart || request.followsUp ? [] : strayParts(context)),
    // A run without secrets has no key, so no kept secret opens: that does not make it stray.
    ...strayKept(secrets ? kept : kept.filter(({ opens }) => opens), state, scope),
  );
  const identities = new ManagerIdentities(draft, request.rebuild?.manager, context.damaged);
  const liveOf = liveObservers(connect);
  await Promise.all(
    inScope.map(async ({ name }) => {
      const [prior, own] = [priorOf(name), unitsOf(units, name)];
      const isAsked = request.refresh && !closed.has(name);
      const observer = isAsked ? liveOf(name) : recordedObserver(prior, state);
      if (!(await identities.check(own.desired, prior, isAsked ? observer : undefined))) return;
      const planning = { units: own, prior, observer, scope, draft, parallelism, report };
      const rebuilding = await rebuildingOf(planning, request, context.desired, connect);
      for (const unit of await planManager({ ...planning, ...rebuilding })) agents.set(unit.address, unit);
    }),
  );
  // A manager out of scope was not observed so far; without secrets its login was not resolved.
  const issuerOf = (name: string) => (request.refresh && request.secrets ? liveOf(name) : undefined);
  await planInitialSecrets(units, priorOf, scope, draft, (name) =>
    identities.check(unitsOf(units, name).desired, priorOf(name), issuerOf(name)),
  );
  const misplaced = await wrongIssuers(context.desired, draft.operations, issuerOf);
  withholdMovedSecrets(draft, { units, agents, owned: (address) => state.fingerprints(address) });
  const { diagnostics, ...lists } = draft.finish(priorOf);
  const places = { desired: context.desired, state, agents: agents.values(), lists };
  throwContradictions([
    ...diagnostics,
    ...unmatchedTargets(request.followsUp ? [] : request.targets, places),
  ]);
  // Budgets do not apply to a destroy, whose purpose is to delete everything.
  const budgets = mode === "destroy" ? [] : checkBudgets(declared, priorOf, lists);
  const refusals = [
    ...identities.refusals,
    ...misplaced,
    ...budgets,
    ...checkLostAgents(declared, priorOf, draft),
    ...checkProtected(declared, lists.changes),
    ...frozenManagers(declared, lists, context.clock.now()),
  ];
  const warnings = [
    ...(misplaced.length > 0 ? [] : strangeIssuers(context.desired, lists.operations)),
    ...loweredGenerations(declared, priorOf, lists.changes),
    ...agentsBelowDeleted(declared, lists.changes),
  ];
  const notAsked = closed.size > 0 && { not_asked: [...closed.keys()].sort() };
  const plan = {
    ...header(context, request),
    ...notAsked,
    ...lists,
    diagnostics: [...diagnostics, ...warnings, ...refusals],
  };
  return { plan, units, agents, values, scope, identified: identities.same, connect };
}

/** The units of a declared manager. */
export function unitsOf(units: ReadonlyMap<string, ManagerUnits>, manager: string): ManagerUnits {
  const own = units.get(manager);
  if (!own) throw new Error(`no manager ${manager} is declared`);
  return own;
}

/** Each manager's port, opened at the first call and then shared. */
export function connector(
  context: Pick<PlanContext, "connect" | "clock" | "parallelism">,
): (manager: string) => Promise<ManagerPort> {
  const ports = new Map<string, Promise<ManagerPort>>();
  const { clock, parallelism } = context;
  const open = async (manager: string) =>
    withCircuitBreaker(await context.connect(manager), clock, parallelism);
  return (manager) => {
    const port = ports.get(manager) ?? open(manager);
    ports.set(manager, port);
    return port;
  };
}

/**
 * Runs last, because only the plans of all lower managers show whether a manager's initial secret is needed. A needed
 * one is issued even if the run is limited to other managers; the plan then shows what it replaces.
 */
async function planInitialSecrets(
  units: ReadonlyMap<string, ManagerUnits>,
  priorOf: (manager: string) => PriorState,
  scope: Scope,
  draft: PlanDraft,
  mayPlan: (manager: string) => Promise<boolean>,
): Promise<void> {
  const needed = new Set(
    draft.operations.flatMap((operation) => operationKind(operation).issuer?.(operation) ?? []),
  );
  for (const [name, own] of units) {
    const address = initialSecretAddress(name);
    const isInScope = needed.has(name) || scope.covers(address);
    if (!isInScope || !(await mayPlan(name))) continue;
    const refusal = draft.refusalOf(name);
    // By the state alone it would be in sync, although this user may not even issue it.
    const isRefused = refusal && own.desired.initialSecret !== undefined && !needed.has(name);
    if (isRefused) draft.unknown({ ...refusal, address });
    else {
      draft.add(own.plan(initialSecretKind, [], priorOf(name), { needsInitialSecret: needed.has(name) }));
    }
  }
}

/**
 * What a rebuild observes differently, and what it finds on the lower managers; nothing for any other manager or run.
 */
async function rebuildingOf(
  { units, observer, draft, parallelism }: ManagerPlanning,
  { rebuild, followsUp }: PlanRequest,
  desired: DesiredState,
  connect: (manager: string) => Promise<ManagerPort>,
): Promise<Partial<ManagerPlanning>> {
  // The round after adding a lower manager is only about its agents.
  if (rebuild?.manager !== units.desired.name || followsUp) return {};
  const lower = await observeLowerManagersAtRebuild(desired, units.desired, rebuild, connect, parallelism);
  for (const unit of lower.units) draft.add(unit);
  draft.unknown(...lower.unknown);
  draft.diagnose(...lower.diagnostics);
  const { disconnected } = lower;
  return rebuild.rehearsal ? { observer: rehearsingObserver(observer), seesAll: true } : { disconnected };
}

/** Warnings of unfinished rebuilds: plans and applies in the meantime do no harm. */
function unfinishedRebuilds(
  priors: ReadonlyMap<string, PriorState>,
  { rebuild: intent }: PlanRequest,
): Diagnostic[] {
  return [...priors.values()].flatMap(({ manager, rebuild }) => {
    if (rebuild === undefined || manager === intent?.manager) return [];
    const { replaces, since } = rebuild;
    return [
      {
        code: "rebuild-unfinished",
        severity: "warning",
        summary: `the rebuild of ${manager}, which replaces ${replaces}, was begun at ${since} and is unfinished`,
        remedy: `continue with ${suggest("rebuild", "--manager", manager, "--replaces", replaces)}`,
        address: manager,
      } as const,
    ];
  });
}

function header(context: PlanContext, request: PlanRequest) {
  const { lineage, putId } = context.state;
  const serials = writtenManagers(request, context.desired).map(
    (manager) => [manager, context.state.serial(manager)] as const,
  );
  const { keyId } = context.fingerprints;
  const { managers, shard, targets, refresh, secrets, rotate } = request;
  return {
    format_version: PLAN_FORMAT_VERSION,
    jp1im_version: context.version,
    mode: request.mode,
    created_at: formatTime(context.clock.now()),
    inputs: context.desired.inputs,
    state: {
      location: context.stateLocation,
      lineage,
      serials: Object.fromEntries(serials),
      put_id: putId,
      key_id: secrets ? keyId : undefined,
    },
    options: {
      ...{ managers, targets, refresh, secrets },
      shard,
      rotate: rotate?.length ? rotate : undefined,
    },
  } as const;
}

/**
 * Some faults of the desired state, and missing values, show only while observing. They stop the run like any other
 * input error.
 */
export function throwContradictions(diagnostics: readonly Diagnostic[]): void {
  if (diagnostics.some(({ severity }) => severity === "error")) throw new DiagnosticError(diagnostics);
}
