import type { ManagerPort } from "../api/port";
import type { DesiredState } from "../model/desired-state";
import type { Diagnostic } from "../model/diagnostic";
import type { Clock } from "../platform/clock";
import type { Random } from "../platform/random";
import type { Delivery, Fingerprints, KeptSecret, Recovery, SecretResolver } from "../secrets/port";
import type { StateStore, StateView } from "../state/port";

/** Everything outside that planning needs. The engine has no process, no console and no global. */
export interface PlanContext {
  readonly desired: DesiredState;
  readonly state: StateView;
  /** The state's folder, as a plan will name it. */
  readonly stateFolder: string;
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
  | { readonly type: "diagnostic"; readonly diagnostic: Diagnostic };
