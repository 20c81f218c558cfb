/** The events of `watch`: one for each fact that an operator may want to know, and none if nothing changed. */
import type { Diagnostic } from "./diagnostic";
import type { KindName } from "./kind-names";
import type { PlanSummary } from "./plan";

export type WatchMode = "drift" | "apply";

export type WatchEvent =
  | WatchStarted
  | DesiredStateLoaded
  | DesiredStateRefused
  | ScheduleLost
  | ScheduleFound
  | ServerWait
  | ManagerCycle
  | WatchStopped;

interface Timed {
  /** UTC, `YYYY-MM-DDThh:mm:ssZ`. */
  readonly time: string;
}

export interface WatchStarted extends Timed {
  readonly event: "started";
  readonly mode: WatchMode;
  /** Absent if each manager is reconciled once. */
  readonly interval_seconds?: number | undefined;
  readonly managers: readonly string[];
  /** URL of the metrics; absent if they are not served. */
  readonly metrics_url?: string | undefined;
  /** Warnings about the desired state. */
  readonly diagnostics: readonly Diagnostic[];
}

/** The files changed, or have again the content from before they were refused. */
export interface DesiredStateLoaded extends Timed {
  readonly event: "loaded";
  readonly managers: readonly string[];
  readonly diagnostics: readonly Diagnostic[];
}

/** The files changed and cannot be used: the last good desired state stays in force. */
export interface DesiredStateRefused extends Timed {
  readonly event: "load-failed";
  readonly diagnostics: readonly Diagnostic[];
}

/** The database in which replicas share their schedule cannot be used: no cycle begins until it can. */
export interface ScheduleLost extends Timed {
  readonly event: "schedule-lost";
  readonly diagnostics: readonly Diagnostic[];
}

export interface ScheduleFound extends Timed {
  readonly event: "schedule-found";
}

/** The server that keeps the state does not answer, or, with `--once`, another replica has the managers that are left. */
export interface ServerWait extends Timed {
  readonly event: "waiting";
  readonly diagnostics: readonly Diagnostic[];
}

/** How the reconciliation of one manager ended. */
export interface ManagerCycle extends Timed {
  readonly event: "cycle";
  readonly manager: string;
  readonly status: CycleStatus;
  /** The changes that were due when the manager was compared. */
  readonly found: Pick<PlanSummary, "create" | "update" | "replace" | "delete" | "forget" | "deferred">;
  /** The changes that are left, by kind; kinds without any are absent. */
  readonly drift: Readonly<Partial<Record<KindName, number>>>;
  /** The first few delivered secrets that are no longer where they were delivered; absent if there are none. */
  readonly vanished?: readonly VanishedSecret[];
  /** Changes that this cycle carried out. */
  readonly applied: number;
  /** Resources that are unknown, or that wait for a person. */
  readonly unknown: number;
  readonly unchanged: number;
  readonly duration_ms: number;
  /** How often it waited for a lock that another run held. */
  readonly lock_waits: number;
  /** Cycles that failed one after another, this one included. */
  readonly failures: number;
  /** When the next cycle is due, in UTC; absent if none follows. */
  readonly next_at?: string;
  readonly diagnostics: readonly Diagnostic[];
}

export interface VanishedSecret {
  readonly address: string;
  /** For messages: `file out/fluentd-web.secret`. */
  readonly places: readonly string[];
}

export interface WatchStopped extends Timed {
  readonly event: "stopped";
}

export const cycleStatuses = [
  "in-sync",
  /** It differs from the desired state; only with mode `drift`. */
  "drifted",
  /** All changes were made. */
  "applied",
  /** Some of it could not be observed or not be changed. */
  "partial",
  /**
   * The policy, a budget or a freeze window forbids the plan, or the state does not fit (`no-state`, `state-key`,
   * `state-unfinished`): nothing was written.
   */
  "refused",
  /** Another run holds the lock: nothing was written. */
  "locked",
  "failed",
] as const;

export type CycleStatus = (typeof cycleStatuses)[number];
