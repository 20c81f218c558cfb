/** The result of a rebuild of a lost integrated manager, or of its rehearsal. */
import type { DiagnosticCode } from "./diagnostic-codes";

/** What only a person can do; `src/report` has the sentences. */
export type ManualTask =
  /** Register the host as a subordinate in IM Configuration Management: the manager refuses other lower managers. */
  | "register-hosts"
  /** Run the set-up of an agent that the new manager does not list. */
  | "set-up-agents"
  /** Remove the lost manager's client on a lower manager that this tool has no access to. */
  | "remove-predecessor"
  /** Make the readers of a sink take the new secret. */
  | "hand-out-secrets";

export interface ManualStep {
  readonly task: ManualTask;
  /** The resources, sorted by address. */
  readonly items: readonly ManualItem[];
}

export interface ManualItem {
  readonly address: string;
  /** Where a secret was delivered. */
  readonly place?: string;
}

/** What a later run has to finish. */
export interface QueuedItem {
  readonly address: string;
  /** Why it is not done; absent if a diagnostic of its own says so, or if it waits for another. */
  readonly code?: DiagnosticCode;
}

export interface Rebuild {
  readonly manager: string;
  /** Host of the manager that takes the lost one's place. */
  readonly host: string;
  /** Host of the manager that was lost. */
  readonly replaces: string;
  /** When it began, UTC. */
  readonly begun_at: string;
  /** Whether an earlier run began it. */
  readonly resumed: boolean;
  /** Whether only manual steps remain. */
  readonly finished: boolean;
  /** Sorted by address. */
  readonly queued: readonly QueuedItem[];
  readonly by_hand: readonly ManualStep[];
}

export interface Rehearsal {
  readonly manager: string;
  readonly host: string;
  readonly replaces: string;
  /** Whether the manager to be replaced still answers as declared, or the new one has already taken its place. */
  readonly rehearsed: "before-the-loss" | "after-the-loss";
  /** Number of sinks that a check found writable. */
  readonly sinks: number;
  readonly expected: ExpectedDuration;
  readonly by_hand: readonly ManualStep[];
}

/** (reads + writes) / parallelism × the median duration of the rehearsal's own reads. */
export interface ExpectedDuration {
  readonly seconds: number;
  readonly reads: number;
  readonly writes: number;
  readonly parallelism: number;
  /** Milliseconds; 0 where nothing was read. */
  readonly median_read_ms: number;
}
