/**
 * The path of one run through the engine. The library calls `makePlan` and `applyPlan`; everything outside is
 * injected.
 *
 * 1. `values/`: resolves the declared values and the places of sinks, as far as the run may know them.
 * 2. `observe/`: each manager in scope is asked for what is declared or owned there: clients, lower managers, agents, and
 *    the keys of agents. A manager that does not answer is given up. Its identity is checked first.
 * 3. `plan/`: `ManagerUnits` compares desired, observed and prior state, kind by kind, with the pure functions of
 *    `src/resources`. `PlanDraft` collects changes, requests, kept and unknown resources. Budgets, freezes and
 *    protection add their refusals as diagnostics.
 * 4. `apply/`: `applyPlan` proves the sinks, then sends the requests stage by stage. The state has the intent before each
 *    write, and the result after it. Agents of added lower managers follow in a second round.
 * 5. The outcome has the result of every change.
 *
 * `saved-plan/` plans again, compares the result with the approved plan, and applies that. `adopt/` imports existing
 * resources into the state.
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
  /** The state's content, if the caller makes many plans from one view of it. */
  readonly priors?: ReadonlyMap<string, PriorState>;
  /** The place of the state, for the plan. */
  readonly stateLocation: string;
  /** By manager: why its part of the state cannot be read. The manager is then *unknown*. */
  readonly damaged?: ReadonlyMap<string, Diagnostic>;
  /** Issued secrets that are kept because no sink took them. */
  readonly kept: readonly KeptSecret[];
  /** The port to a declared manager; the same object at every call with the same name. */
  connect(manager: string): Promise<ManagerPort>;
  /** By manager: why it must not be asked, because its declaration is not trusted. */
  readonly refused?: ReadonlyMap<string, Diagnostic> | undefined;
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

/** A part of a phase is done. */
interface StepEvent {
  readonly type: "step";
  readonly phase: "resolve" | "observe" | "apply";
  /** Of an agent if secrets of it were changed. */
  readonly address: string;
  /** How many of the phase's total were done at once; absent: one. */
  readonly count?: number;
}

/** What a run reports while it works; `src/cli` turns it into progress and log lines. */
export type EngineEvent =
  | { readonly type: "phase"; readonly phase: "resolve" | "observe" | "apply"; readonly total: number }
  | StepEvent
  | { readonly type: "retry"; readonly address: string; readonly attempt: number; readonly reason: string }
  /** The route of requests to a manager or another server. */
  | { readonly type: "route"; readonly address: string; readonly route: string }
  /** A request to a manager has ended. */
  | ExchangeEvent
  /** What the run has added to its audit trail. */
  | ({ readonly type: "audit" } & AuditAddition)
  | { readonly type: "diagnostic"; readonly diagnostic: Diagnostic };
