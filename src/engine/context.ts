/**
 * The way of one run through the engine. The library calls `makePlan` and `applyPlan`; all that is outside is injected.
 *
 * 1. `values/`: the declared values and the sinks' places are resolved, as far as the run may know them.
 * 2. `observe/`: each manager in scope is asked for what is declared or owned there: clients, lower managers, agents, and
 *    the keys of agents. A manager that keeps silent is given up; whether it is the right one is checked first.
 * 3. `plan/`: `ManagerUnits` compares desired, observed and prior state, kind by kind, with the pure functions of
 *    `src/resources`. `PlanDraft` collects changes, requests, what stays, and what is unknown. Budgets, freezes and
 *    protection add their refusals as diagnostics.
 * 4. `apply/`: `applyPlan` proves the sinks, then carries the requests out stage after stage. An intent is in the state
 *    before each write, and its result after it. Agents of lower managers that were added follow in a second round.
 * 5. The outcome says of every change what became of it.
 *
 * `saved-plan/` plans again, compares with what was approved, and applies that. `adopt/` takes what exists into the state.
 */

import type { ExchangeEvent, ManagerPort } from "../api/port";
import type { AuditAddition } from "../model/audit";
import type { DesiredState } from "../model/desired-state";
import type { Diagnostic } from "../model/diagnostic";
import type { Clock } from "../platform/clock";
import type { Random } from "../platform/random";
import type { Delivery, Fingerprints, KeptSecret, Recovery, SecretResolver } from "../secrets/port";
import type { StateStore, StateView } from "../state/port";
import type { PriorState } from "./prior-state";

/** Everything outside that planning needs. The engine has no process, no console and no global. */
export interface PlanContext {
  readonly desired: DesiredState;
  readonly state: StateView;
  /** What is in the state, where the caller has many plans of one view of it. */
  readonly priors?: ReadonlyMap<string, PriorState>;
  /** Where the state is, as a plan will name it. */
  readonly stateLocation: string;
  /** By manager, what is wrong with its part of the state where that cannot be read: the manager is *unknown* then. */
  readonly damaged?: ReadonlyMap<string, Diagnostic>;
  /** Issued secrets that are kept because no sink took them. */
  readonly kept: readonly KeptSecret[];
  /** The port to a declared manager; the same object at every call with the same name. */
  connect(manager: string): Promise<ManagerPort>;
  /** By manager, why it must not be asked: what is declared of it is not trusted. */
  readonly refused?: ReadonlyMap<string, Diagnostic>;
  readonly secrets: SecretResolver;
  readonly fingerprints: Fingerprints;
  /** Names the places of declared sinks. */
  readonly delivery: Pick<Delivery, "places" | "isThere" | "describePlace">;
  readonly clock: Clock;
  readonly version: string;
  /** Requests in flight on each manager, at most. */
  readonly parallelism: number;
  readonly report: (event: EngineEvent) => void;
  /** Once aborted, no further request is begun; those in flight are finished and recorded. */
  readonly signal: AbortSignal;
}

export interface ApplyContext extends PlanContext {
  readonly state: StateStore;
  readonly delivery: Delivery;
  readonly recovery: Recovery;
  readonly random: Random;
}

/** What a run tells while it works; `src/cli` makes progress and log lines of it. */
export type EngineEvent =
  | { readonly type: "phase"; readonly phase: "resolve" | "observe" | "apply"; readonly total: number }
  | { readonly type: "step"; readonly phase: "resolve" | "observe" | "apply"; readonly address: string }
  | { readonly type: "retry"; readonly address: string; readonly attempt: number; readonly reason: string }
  /** Which way the requests to a manager or another server go. */
  | { readonly type: "route"; readonly address: string; readonly route: string }
  /** A request to a manager has ended. */
  | ({ readonly type: "request" } & ExchangeEvent)
  /** What the run has added to its audit trail. */
  | ({ readonly type: "audit" } & AuditAddition)
  | { readonly type: "diagnostic"; readonly diagnostic: Diagnostic };
