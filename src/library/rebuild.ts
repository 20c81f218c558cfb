import { applyPlan, refuse } from "../engine/apply/apply-plan";
import { nextRound, refusedLater } from "../engine/apply/next-round";
import { deliverablesOf } from "../engine/apply/prove-sinks";
import { secondRound } from "../engine/apply/second-round";
import type { ApplyContext } from "../engine/context";
import { makePlan, type PlannedRun, type PlanRequest } from "../engine/plan/make-plan";
import { isWithin, managerAddress, rebuildAddress } from "../model/address";
import type { DesiredManager } from "../model/desired-state";
import { DiagnosticError, failure } from "../model/diagnostic";
import { isSameHost } from "../model/host";
import type { Outcome } from "../model/outcome";
import { notableOutcomes } from "../model/outcome-list";
import type { Plan } from "../model/plan";
import type { QueuedItem, Rebuild } from "../model/rebuild";
import { suggest } from "../model/shell-command";
import { formatTime } from "../platform/clock";
import type { KeptSecret } from "../secrets/port";
import type { RebuildRecord, StateView } from "../state/port";
import { ReplacedManager } from "../state/replaced-manager";
import { recordApproval, recordOutcome } from "./audit/record-outcome";
import { declaredManager } from "./inputs/declared-manager";
import { type InputOptions, readDesired } from "./inputs/inputs";
import type { PlanOptions } from "./plan";
import type { Platform } from "./platform";
import { judgePlan, type Overrides } from "./policy/judge-plan";
import { parsePolicies } from "./policy/policy-program";
import { manualSteps } from "./rebuild/manual-steps";
import { overwriting, sinkDiagnostics } from "./rebuild/rebuild-sinks";
import { throwDamage } from "./state/damage";
import { type LockedContext, type LockWait, locked } from "./state/locked";
import { statePlace } from "./state/state-place";

export interface RebuildOptions extends InputOptions, LockWait, Overrides, Pick<PlanOptions, "policies"> {
  /** Name of the manager; the desired state names its new URL and host. */
  readonly manager: string;
  /** Host of the manager that was lost. */
  readonly replaces: string;
  /** Requests in flight on each manager, at most; 10 by default. */
  readonly parallelism?: number | undefined;
  /** Replace files at the declared sinks even if this state has no record of a delivery to them. */
  readonly overwriteSinks?: boolean | undefined;
  /** Called with each round's plan, under the lock; with false, nothing is changed. If absent, approved. */
  readonly approve?: ((plan: Plan) => Promise<boolean>) | undefined;
}

export interface Rebuilt {
  readonly rebuild: Rebuild;
  readonly outcome: Outcome;
}

/**
 * Restores the resources of a lost integrated manager on a new one. First, one step in the state makes all records of
 * the manager unknown; then it plans and applies, so that the next run finishes an interrupted one. Resolves to
 * `undefined`, without any change, if the plan was not approved. Throws a `DiagnosticError` if nothing was sent;
 * after the first request, the outcome contains every fault.
 *
 * @example
 * const options = { files: ["tokyo.yaml"], manager: "tokyo", replaces: "immhost01" };
 * const rebuilt = await rebuild(options, createPlatform());
 */
export async function rebuild(options: RebuildOptions, platform: Platform): Promise<Rebuilt | undefined> {
  const policies = parsePolicies(options.policies);
  const desired = await readDesired(options, platform);
  const manager = declaredManager(options.manager, desired);
  refuseSameHost(manager, options.replaces);
  const place = await statePlace(options, desired, platform);
  // The key may be lost with the manager, and every value is written again in any case.
  const scope = { managers: [manager.name], command: "rebuild", newState: true };
  const run = { ...options, ...scope, desired, place };
  return locked(run, platform, async (context) => {
    throwDamage(context.state, [manager.name]);
    const delivery = options.overwriteSinks ? overwriting(context.delivery) : context.delivery;
    const judge = (planned: PlannedRun, overrides: Overrides) =>
      judgePlan(planned, policies, overrides, platform);
    const approve = recordApproval(context.trail, options.approve);
    return new RebuildRun({ ...options, approve }, manager, { ...context, delivery }, judge).perform();
  });
}

type Judge = (planned: PlannedRun, overrides: Overrides) => Promise<PlannedRun>;

/** One run of a rebuild under its lock. */
class RebuildRun {
  readonly #options: RebuildOptions;
  readonly #manager: DesiredManager;
  readonly #context: LockedContext;
  /** Adds refusals to a plan. */
  readonly #judge: Judge;
  readonly #record: RebuildRecord;
  /** Absent if an earlier run began it. */
  readonly #replaced: ReplacedManager | undefined;

  constructor(options: RebuildOptions, manager: DesiredManager, context: LockedContext, judge: Judge) {
    const { replaces } = options;
    const begun = begunRebuild(context.state, manager, replaces);
    if (!begun) refuseOtherHost(context.state, manager, replaces);
    this.#options = options;
    this.#manager = manager;
    this.#record = begun ?? rebuildRecord(manager, replaces, context.clock.now());
    this.#replaced = begun ? undefined : new ReplacedManager(context.state, this.#record);
    this.#context = context;
    this.#judge = judge;
  }

  async perform(): Promise<Rebuilt | undefined> {
    const request = rebuildRequest(this.#manager.name, {
      replaces: this.#options.replaces,
      resumed: this.#replaced === undefined,
      rehearsal: false,
    });
    const view = this.#replaced ?? this.#context.state;
    const kept = this.#kept();
    const unjudged = await makePlan({ ...this.#context, state: view, kept }, request);
    const planned = await this.#judge(unjudged, this.#options);
    const mayWrite = (manager: string) => this.#context.state.mayWrite(manager);
    const proof = { ...this.#context, state: view, mayWrite };
    const unfit = await sinkDiagnostics(deliverablesOf(planned), proof);
    if (unfit.length > 0) throw new DiagnosticError(unfit);
    refuse(planned.plan);
    if (!(await this.#isApproved(planned))) return undefined;
    await this.#begin();
    const context = { ...this.#context, kept };
    const outcome = await this.#followUp(context, request, await applyPlan(context, planned));
    return this.#conclude(outcome);
  }

  async #isApproved({ plan }: PlannedRun): Promise<boolean> {
    return (await this.#options.approve?.(plan)) ?? true;
  }

  /** Kept secrets, without those of the lost manager, which are useless on the new one. */
  #kept(): readonly KeptSecret[] {
    const { kept } = this.#context;
    return this.#replaced ? kept.filter(({ address }) => !this.#isOfLost(address)) : kept;
  }

  #isOfLost(address: string | undefined): boolean {
    return address !== undefined && isWithin(address, this.#prefix());
  }

  async #begin(): Promise<void> {
    if (!this.#replaced) return;
    const { state, recovery, kept } = this.#context;
    // First, so that no later run can take one as a secret of the new manager.
    for (const each of kept) if (this.#isOfLost(each.address)) await recovery.drop(each);
    this.#replaced.begin(state);
    await state.flush();
  }

  #prefix(): string {
    return this.#record.address.split("/", 1)[0] ?? "";
  }

  /** The agents of lower managers that were added. */
  #followUp(context: ApplyContext, request: PlanRequest, first: Outcome): Promise<Outcome> {
    return secondRound(context, nextRound(request, context.state, first), first, {
      // A run that began before a freeze may end in it.
      judge: (planned) => this.#judge(planned, { duringFreeze: true }),
      approve: async (plan) => (await this.#options.approve?.(plan)) ?? true,
    });
  }

  async #conclude(applied: Outcome): Promise<Rebuilt> {
    const { state, desired, delivery } = this.#context;
    const ended = isComplete(applied) ? await this.#finish(applied) : applied;
    const outcome = await recordOutcome(this.#context.trail, ended);
    const [queued, finished] = [queuedOf(outcome), isComplete(outcome)];
    const { name: manager, host } = this.#manager;
    const { replaces, since: begun_at } = this.#record;
    // Deliveries before an earlier end were reported then.
    const earlier = this.#record.finished === undefined ? state : undefined;
    const by_hand = manualSteps({ desired, manager: this.#manager }, outcome, earlier, delivery.describe);
    const resumed = this.#replaced === undefined;
    return { rebuild: { manager, host, replaces, begun_at, resumed, finished, queued, by_hand }, outcome };
  }

  async #finish(outcome: Outcome): Promise<Outcome> {
    const { state, clock } = this.#context;
    if (this.#record.finished !== undefined) return outcome;
    try {
      state.put({ ...this.#record, finished: formatTime(clock.now()) });
      await state.flush();
      return outcome;
    } catch (error) {
      return refusedLater(outcome, error);
    }
  }
}

/** Throws if the state has another host for the lost manager: most likely a typing error. */
export function refuseOtherHost(state: StateView, { name, host }: DesiredManager, replaces: string): void {
  const lost = lostHost(state, name);
  const earlier = state.record(rebuildAddress(name));
  const known = [lost, host, earlier?.kind === "rebuild" ? earlier.replaces : undefined];
  if (lost === undefined || isSameHost(lost, host) || known.some((each) => isSameHost(each, replaces)))
    return;
  throw failure({
    code: "usage",
    summary: `--replaces ${JSON.stringify(replaces)}: the state was written for ${name} on the host ${lost}`,
    remedy: `did you mean --replaces ${lost}?`,
    address: name,
  });
}

/** Host of the manager that the state was written for. */
export function lostHost(state: StateView, manager: string): string | undefined {
  const record = state.record(managerAddress(manager));
  return record?.kind === "manager" ? record.host : undefined;
}

/**
 * The rebuild that an earlier run began or finished: a finished one finds nothing to do. A rebuild for another new
 * host does not count. Throws `rebuild-unfinished` if an open one replaces another host.
 */
export function begunRebuild(
  state: StateView,
  { name, host }: DesiredManager,
  replaces: string,
): RebuildRecord | undefined {
  const record = state.record(rebuildAddress(name));
  if (record?.kind !== "rebuild") return undefined;
  if (isSameHost(record.replaces, replaces)) return isSameHost(record.host, host) ? record : undefined;
  if (record.finished !== undefined) return undefined;
  throw failure({
    code: "rebuild-unfinished",
    summary: `a rebuild of ${name} that replaces ${record.replaces} was begun at ${record.since} and is unfinished`,
    remedy: `finish it with --replaces ${record.replaces}; to abandon it, run ${suggest("state", "rm", record.address)} and begin again`,
    address: record.address,
  });
}

export function rebuildRecord(
  { name: manager, host }: DesiredManager,
  replaces: string,
  now: number,
): RebuildRecord {
  return {
    kind: "rebuild",
    address: rebuildAddress(manager),
    manager,
    replaces,
    host,
    since: formatTime(now),
  };
}

export function rebuildRequest(
  manager: string,
  intent: Omit<NonNullable<PlanRequest["rebuild"]>, "manager">,
): PlanRequest {
  const scope = { managers: [manager], targets: [], refresh: true, secrets: true } as const;
  return { mode: "apply", ...scope, rebuild: { manager, ...intent } };
}

function refuseSameHost({ name, host, position }: DesiredManager, replaces: string): void {
  if (!isSameHost(replaces, host)) return;
  throw failure({
    code: "usage",
    summary: `${name} cannot replace ${replaces}: that is the host that ${name} is declared to have now`,
    remedy: `declare the new manager's url and host; one that came back under its own name needs no rebuild: raise initialSecret.generation and run ${suggest("apply", "--manager", name)}`,
    position,
  });
}

function queuedOf({ plan, changes }: Outcome): QueuedItem[] {
  const unplanned = [...plan.unknown, ...plan.blocked].map(({ address, code }) => ({ address, code }));
  const waiting = [...plan.deferred, ...plan.open_selectors].map(({ address }) => ({ address }));
  const undone = notableOutcomes(changes).filter(({ status }) => status !== "applied");
  return [...unplanned, ...waiting, ...undone.map(({ address }) => ({ address }))].sort((a, b) =>
    a.address < b.address ? -1 : 1,
  );
}

function isComplete(outcome: Outcome): boolean {
  const { plan, diagnostics, cancelled } = outcome;
  const hasErrors = [...plan.diagnostics, ...diagnostics].some(({ severity }) => severity === "error");
  return queuedOf(outcome).length === 0 && !cancelled && !hasErrors;
}
