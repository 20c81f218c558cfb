import { isNotSent, isRefused, ManagerError } from "../../api/manager-error";
import type { ManagerPort } from "../../api/port";
import { managerOf, placesAbove } from "../../model/address";
import type { Change } from "../../model/change";
import { addPlace, type Diagnostic } from "../../model/diagnostic";
import { elementsOf } from "../../model/lazy-list";
import { type ChangeOutcome, type Effect, isUnrecorded, type Outcome } from "../../model/outcome";
import { outcomeList } from "../../model/outcome-list";
import type { Clock } from "../../platform/clock";
import type { KindApplyContext } from "../../resources/apply-context";
import { diagnosticsOfFault } from "../../resources/failed-request";
import { IssuedInitialSecrets } from "../../resources/initial-secret/issued-secrets";
import { mayTryAgain } from "../../resources/retry-write";
import type { ApplyContext } from "../context";
import type { PlannedRun } from "../plan/make-plan";
import { unitsOf } from "../plan/make-plan";
import type { ManagerUnits } from "../plan/manager-units";
import { ChangeStatuses } from "./change-statuses";

const NOT_RECORDED: Effect = { effect: "not-recorded" };

/** One running apply: what its parts share, and the outcome of every change. */
export class ApplyRun implements KindApplyContext {
  readonly context: ApplyContext;
  readonly planned: PlannedRun;
  readonly initialSecrets: IssuedInitialSecrets;
  readonly unconfirmed = new Set<string>();
  readonly #statuses: ChangeStatuses;
  /** By address: where an issued secret was delivered. */
  readonly #deliveredTo = new Map<string, string>();
  readonly #effects = new Map<string, Effect[]>();
  /** Agents, and other addresses or places, with a request of unknown effect. */
  readonly #open = new Set<string>();
  readonly #diagnostics: Diagnostic[] = [];
  #requests = 0;
  #carriedOut = 0;

  constructor(context: ApplyContext, planned: PlannedRun) {
    this.context = context;
    this.planned = planned;
    this.#statuses = new ChangeStatuses(planned.plan.changes);
    this.initialSecrets = new IssuedInitialSecrets(planned.plan.operations);
  }

  get state() {
    return this.context.state;
  }

  get clock(): Clock {
    return this.context.clock;
  }

  port(manager: string): Promise<ManagerPort> {
    return this.planned.connect(manager);
  }

  units(manager: string): ManagerUnits {
    return unitsOf(this.planned.units, manager);
  }

  async write<T>(send: () => Promise<T>): Promise<T> {
    this.#requests++;
    try {
      const answer = await send();
      this.#carriedOut++;
      return answer;
    } catch (error) {
      if (isNotSent(error)) this.#requests--;
      if (!isRefused(error)) this.#carriedOut++;
      throw error;
    }
  }

  succeed(address: string, deliveredTo?: string): void {
    this.#statuses.set(address, "applied", this.state.serial(managerOf(address)));
    if (deliveredTo !== undefined) this.#deliveredTo.set(address, deliveredTo);
    this.context.report({ type: "step", phase: "apply", address });
  }

  succeedOn(address: string, keys: readonly string[]): void {
    this.#statuses.setOn(address, keys, "applied", this.state.serial(managerOf(address)));
    if (keys.length > 0) this.context.report({ type: "step", phase: "apply", address, count: keys.length });
  }

  note(address: string, ...effects: readonly Effect[]): void {
    this.#effects.set(address, [...(this.#effects.get(address) ?? []), ...effects]);
  }

  fail(addresses: readonly string[], error: unknown): void {
    const isUnsent = isCancelled(error);
    // A change that was cancelled before its first request was not tried.
    const tried = isUnsent ? addresses.filter((address) => this.#wasTried(address)) : addresses;
    if (isUnsent && tried.length === 0) return;
    for (const address of tried) {
      this.#statuses.set(address, "failed");
      if (isOfUnknownEffect(error) || (isUnsent && this.#isOpen(address)))
        this.note(address, { effect: "unknown" });
      this.context.report({ type: "step", phase: "apply", address });
    }
    this.warn(...addPlace(diagnosticsOfFault(error), { address: tried[0] }));
  }

  #wasTried(address: string): boolean {
    return this.#effects.has(address) || this.#isOpen(address);
  }

  /** Whether an earlier request may have changed it. */
  #isOpen(address: string): boolean {
    return this.#open.size > 0 && [...placesAbove(address)].some((place) => this.#open.has(place));
  }

  warn(...diagnostics: readonly Diagnostic[]): void {
    for (const diagnostic of diagnostics) {
      this.#diagnostics.push(diagnostic);
      this.context.report({ type: "diagnostic", diagnostic });
    }
  }

  /** Whether a change was made. */
  hasSucceeded(address: string): boolean {
    return this.#statuses.get(address) === "applied";
  }

  hasFailed(address: string): boolean {
    return this.#statuses.get(address) === "failed";
  }

  /** Whether the state has the result of a change; called after the last flush. */
  isRecorded(address: string): boolean {
    return this.#hasRecorded(this.#statuses.serialOf(address), address);
  }

  #hasRecorded(serial: number, address: string): boolean {
    return serial === 0 || serial <= this.state.recordedSerial(managerOf(address));
  }

  /** Whether a planned change ended the resource at an address. */
  hasRemoved(address: string): boolean {
    const [index = -1] = this.#statuses.indexesOf(address);
    const action = this.planned.plan.changes[index]?.action;
    return (action === "delete" || action === "forget") && this.#statuses.get(address) === "applied";
  }

  mayTryAgain(error: unknown, attempt: number, address: string): Promise<boolean> {
    if (isOfUnknownEffect(error)) this.#open.add(address);
    return mayTryAgain(this.context, error, attempt, address);
  }

  outcome(): Outcome {
    const { plan } = this.planned;
    const isAllRecorded = [...this.planned.units.keys()].every(
      (manager) => this.state.recordedSerial(manager) >= this.state.serial(manager),
    );
    const others = this.#notableOutcomes(isAllRecorded);
    const counts = { applied: plan.changes.length, failed: 0, skipped: 0 };
    for (const { status } of others.values()) {
      counts.applied--;
      counts[status]++;
    }
    return {
      plan,
      changes: outcomeList(plan.changes, others),
      summary: {
        ...counts,
        not_recorded: [...others.values()].filter(isUnrecorded).length,
        requests: this.#requests,
        carried_out: this.#carriedOut,
      },
      cancelled: this.context.signal.aborted,
      further_plan_due: false,
      diagnostics: this.#diagnostics,
    };
  }

  /** By index: the outcomes that say more than that a change was applied. */
  #notableOutcomes(isAllRecorded: boolean): ReadonlyMap<number, ChangeOutcome> {
    const others = new Map<number, ChangeOutcome>();
    const addresses = [...this.#effects.keys(), ...this.#deliveredTo.keys()];
    const indexes = new Set(addresses.flatMap((address) => this.#statuses.indexesOf(address)));
    const { changes } = this.planned.plan;
    const [changeAt, { length }] = [elementsOf(changes), changes];
    for (let index = 0; index < length; index++) {
      const isPlain = isAllRecorded && this.#statuses.isApplied(index) && !indexes.has(index);
      if (!isPlain) others.set(index, this.#outcomeOf(changeAt(index), index, isAllRecorded));
    }
    return others;
  }

  #outcomeOf({ address, action }: Change, index: number, isAllRecorded: boolean): ChangeOutcome {
    const { status: known, serial } = this.#statuses.at(index);
    const recordedEffects = this.#effects.get(address);
    // A change that a cancellation stopped between its two requests was tried.
    const status = known ?? (recordedEffects ? "failed" : "skipped");
    const isLost = !isAllRecorded && status === "applied" && !this.#hasRecorded(serial, address);
    const effects = isLost ? [...(recordedEffects ?? []), NOT_RECORDED] : recordedEffects;
    const deliveredTo = this.#deliveredTo.get(address);
    return {
      ...{ address, action, status },
      delivered_to: deliveredTo,
      effects,
    };
  }
}

function isOfUnknownEffect(error: unknown): boolean {
  return error instanceof ManagerError && !isRefused(error);
}

/** Whether a request was not sent, or a read given up, because the run was cancelled. */
function isCancelled(error: unknown): boolean {
  return error instanceof ManagerError && isRefused(error) && error.details.code === "cancelled";
}
