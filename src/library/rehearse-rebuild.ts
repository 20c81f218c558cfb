import type { Deliverable } from "../engine/apply/prove-sinks";
import type { ApplyContext, PlanContext } from "../engine/context";
import { declaredAs } from "../engine/observe/lower-managers-at-rebuild";
import { liveObservers } from "../engine/observe/observer";
import { refusalsOfState } from "../engine/observe/refusals-of-state";
import { makePlan } from "../engine/plan/make-plan";
import { priorStates } from "../engine/prior-state";
import { createScope, writtenManagers } from "../engine/scope";
import { rebuildAddress } from "../model/address";
import { issuersOf, issuesOf } from "../model/declared";
import type { DesiredManager, DesiredState } from "../model/desired-state";
import { addPlace, type Diagnostic, DiagnosticError } from "../model/diagnostic";
import { isSameHost } from "../model/host";
import { INITIAL_SECRET_ID } from "../model/limits";
import type { Plan } from "../model/plan";
import type { ExpectedDuration, Rehearsal } from "../model/rebuild";
import type { StateView } from "../state/port";
import { readState } from "../state/read-state";
import { ReplacedManager } from "../state/replaced-manager";
import { declaredManager } from "./inputs/declared-manager";
import { readDesired } from "./inputs/inputs";
import { Latencies } from "./latencies";
import { diagnosticsOfFault } from "./manager-diagnostic";
import type { Platform } from "./platform";
import { withRun } from "./prepare-run";
import {
  begunRebuild,
  lostHost,
  type RebuildOptions,
  rebuildRecord,
  rebuildRequest,
  refuseOtherHost,
} from "./rebuild";
import { manualStepsOfRehearsal } from "./rebuild/manual-steps";
import { overwriting, sinkDiagnostics } from "./rebuild/rebuild-sinks";
import { rejectFor } from "./state/kept";
import { findStateKey } from "./state/state-key";
import { statePlace } from "./state/state-place";

/** If `replaces` is absent or the manager's own host, the manager is not lost yet. */
export type RehearseOptions = Omit<RebuildOptions, "replaces" | "approve" | "lockTimeoutMs"> & {
  readonly replaces?: string | undefined;
};

export interface Rehearsed {
  readonly rehearsal: Rehearsal;
  /** What the rebuild would do; absent if it cannot be planned, as `diagnostics` explain. */
  readonly plan?: Plan | undefined;
  /** What would stop it. */
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * Rehearses a rebuild without writing and without the lock: it reads every source, proves every sink, reads the lists
 * of every manager and lower manager, and makes the plan. While the manager is not lost, it is observed as if it were
 * the new one. Throws a `DiagnosticError` only for input that leaves nothing to rehearse.
 *
 * @example
 * const { diagnostics } = await rehearseRebuild({ files: ["tokyo.yaml"], manager: "tokyo" }, createPlatform());
 */
export async function rehearseRebuild(options: RehearseOptions, platform: Platform): Promise<Rehearsed> {
  const desired = await readDesired(options, platform);
  const manager = declaredManager(options.manager, desired);
  const place = await statePlace(options, desired, platform);
  const key = await findStateKey(place, platform);
  return withRun({ options, desired, place, key }, platform, async (prepared) => {
    const report = (diagnostic: Diagnostic) => platform.report({ type: "diagnostic", diagnostic });
    const { keyId } = prepared.fingerprints;
    const state = await readState({ storage: place.storage, keyId, report });
    const latencies = new Latencies(prepared.clock);
    const connect = async (name: string) => latencies.time(await prepared.connect(name));
    // Kept secrets of the lost manager are useless on the new one.
    const isBegun = begunHost(state, manager.name) !== undefined;
    const kept = isBegun ? await prepared.recovery.list(rejectFor(manager.name)) : [];
    const delivery = options.overwriteSinks ? overwriting(prepared.delivery) : prepared.delivery;
    const context = { ...prepared, connect, state, kept, delivery };
    return new RehearsalRun(options, manager, context, latencies).perform();
  });
}

type RehearsalContext = PlanContext & Pick<ApplyContext, "delivery" | "random">;

class RehearsalRun {
  readonly #manager: DesiredManager;
  readonly #context: RehearsalContext;
  readonly #latencies: Latencies;
  readonly #replaces: string;
  readonly #view: StateView;
  readonly #resumed: boolean;

  constructor(
    { replaces }: RehearseOptions,
    manager: DesiredManager,
    context: RehearsalContext,
    latencies: Latencies,
  ) {
    this.#manager = manager;
    this.#context = context;
    this.#latencies = latencies;
    const { name, host } = manager;
    const { state, clock } = context;
    this.#replaces = replaces ?? begunHost(state, name) ?? lostHost(state, name) ?? host;
    const begun = begunRebuild(state, manager, this.#replaces);
    if (!begun) refuseOtherHost(state, manager, this.#replaces);
    this.#resumed = begun !== undefined;
    const record = rebuildRecord(manager, this.#replaces, clock.now());
    this.#view = begun ? state : new ReplacedManager(state, record);
  }

  async perform(): Promise<Rehearsed> {
    const diagnostics: Diagnostic[] = [];
    const plan = await this.#plan(diagnostics);
    diagnostics.push(...(await this.#otherManager()));
    const sinks = deliverables(this.#context.desired, this.#manager);
    const { delivery, desired } = this.#context;
    const written = new Set(writtenManagers({ managers: [this.#manager.name], targets: [] }, desired));
    const mayWrite = (manager: string) => written.has(manager);
    diagnostics.push(...(await sinkDiagnostics(sinks, { ...this.#context, state: this.#view, mayWrite })));
    const deliveries = sinks.map(({ address, declared }) => ({
      address,
      place: delivery.describe(declared.deliverTo),
    }));
    const { name, host } = this.#manager;
    const rebuilding = { desired: this.#context.desired, manager: this.#manager };
    const rehearsal: Rehearsal = {
      manager: name,
      host,
      replaces: this.#replaces,
      rehearsed: this.#isBefore() ? "before-the-loss" : "after-the-loss",
      sinks: sinks.length,
      expected: this.#expected(plan),
      by_hand: manualStepsOfRehearsal(rebuilding, plan, deliveries),
    };
    return { rehearsal, plan, diagnostics };
  }

  /** Before the loss it is still the manager that the state was written for. */
  async #otherManager(): Promise<Diagnostic[]> {
    const { state, connect } = this.#context;
    if (!this.#isBefore()) return [];
    return refusalsOfState(this.#manager, priorStates(state), liveObservers(connect));
  }

  #isBefore(): boolean {
    return isSameHost(this.#replaces, this.#manager.host);
  }

  /** Without the value of a source there is no plan, but the logins are still proven. */
  async #plan(diagnostics: Diagnostic[]): Promise<Plan | undefined> {
    const request = rebuildRequest(this.#manager.name, {
      replaces: this.#replaces,
      resumed: this.#resumed,
      rehearsal: this.#isBefore(),
    });
    try {
      return (await makePlan({ ...this.#context, state: this.#view }, request)).plan;
    } catch (error) {
      if (!(error instanceof DiagnosticError)) throw error;
      diagnostics.push(...error.diagnostics);
      const known = new Set(diagnostics.map((each) => JSON.stringify(each)));
      const others = (await this.#logins()).filter((each) => !known.has(JSON.stringify(each)));
      diagnostics.push(...others);
      return undefined;
    }
  }

  async #logins(): Promise<Diagnostic[]> {
    const { desired } = this.#context;
    const below = this.#manager.lowerManagers.flatMap((lower) => declaredAs(lower, desired) ?? []);
    const faults = await Promise.all(
      [...new Set([this.#manager.name, ...below])].map(async (address) => {
        try {
          await (await this.#context.connect(address)).listClients();
          return [];
        } catch (error) {
          return addPlace(diagnosticsOfFault(error), { address });
        }
      }),
    );
    return faults.flat();
  }

  #expected(plan: Plan | undefined): ExpectedDuration {
    const { parallelism } = this.#context;
    // Each agent of a lower manager that must be added will be listed and most likely written.
    const behind = plan ? this.#agentsBehind(plan) : 0;
    const reads = this.#latencies.count + behind;
    const writes = (plan?.operations.length ?? 0) + behind;
    const { median } = this.#latencies;
    const seconds = Math.ceil((((reads + writes) / parallelism) * median) / 1000);
    return { seconds, reads, writes, parallelism, median_read_ms: Math.round(median) };
  }

  #agentsBehind({ deferred, open_selectors }: Plan): number {
    const places = createScope({ managers: [], targets: open_selectors.map(({ address }) => address) });
    const agents = new Set(deferred.map(({ address }) => address.slice(0, address.lastIndexOf("/secret/"))));
    for (const { kind, address } of this.#view.records()) {
      if (kind === "agent" && places.limited && places.covers(address)) agents.add(address);
    }
    return agents.size;
  }
}

function begunHost(state: StateView, manager: string): string | undefined {
  const record = state.record(rebuildAddress(manager));
  return record?.kind === "rebuild" && record.finished === undefined ? record.replaces : undefined;
}

/** All secrets that the rebuild of a manager may issue and deliver. */
function deliverables(desired: DesiredState, manager: DesiredManager): Deliverable[] {
  const below = issuersOf(manager).flatMap((name) => desired.managers.get(name) ?? []);
  const initial = below.flatMap(issuesOf).filter(({ id }) => id === INITIAL_SECRET_ID);
  return [...issuesOf(manager), ...initial];
}
