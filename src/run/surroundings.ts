import type { EngineEvent } from "../engine/run";
import type { Diagnostic } from "../model/diagnostic";
import type { Clock } from "../platform/clock";
import type { FileSystem } from "../platform/file-system";
import type { Random } from "../platform/random";

/** The machine and the caller around a run. `surroundings()` fills in this process's own; tests hand in theirs. */
export interface Surroundings {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  readonly stdin: () => Promise<Buffer>;
  readonly fileSystem: FileSystem;
  readonly clock: Clock;
  readonly random: Random;
  readonly host: string;
  readonly user: string;
  readonly pid: number;
  readonly isProcessAlive: (pid: number) => boolean;
  readonly signal: AbortSignal;
  readonly report: (event: EngineEvent) => void;
}

/** What every run takes. */
export interface InputOptions {
  /** Files, folders and `-`. */
  readonly files: readonly string[];
  /** Folder of the local state; overrides the desired state's `state:` and the default `.jp1im`. */
  readonly state?: string;
}

export interface PlanOptions extends InputOptions {
  readonly mode?: "apply" | "destroy";
  readonly managers?: readonly string[];
  readonly targets?: readonly string[];
  /** Requests in flight on each manager, at most; 10 unless told. */
  readonly parallelism?: number;
  readonly refresh?: boolean;
  readonly secrets?: boolean;
  /** The plan will be saved: a state key is made where there is none, so that it carries fingerprints. */
  readonly save?: boolean;
}

export interface ApplyOptions extends PlanOptions {
  /** How long to wait for a lock that another run holds; 0 unless told. */
  readonly lockTimeoutMs?: number;
  /** Recorded in the lock: `apply`, `destroy`. */
  readonly command?: string;
  /**
   * Asked once with the plan, under the lock. False: nothing is sent, and the outcome is undefined.
   * Absent: approved.
   */
  readonly approve?: (plan: import("../model/plan").Plan) => Promise<boolean>;
}

export interface Validation {
  readonly managers: number;
  readonly resources: Readonly<
    Record<"initial-secret" | "client" | "lower-manager" | "secret" | "selector", number>
  >;
  readonly diagnostics: readonly Diagnostic[];
}
