import type { AuditOutcome } from "../../model/audit";
import type { AuditSettings, InputFile } from "../../model/desired-state";

/** A run that can write, as its first line describes it. */
export interface AuditedRun {
  readonly audit?: AuditSettings | undefined;
  /** As typed: `state rm`. */
  readonly command: string;
  readonly inputs: readonly InputFile[];
  /** Where the state is. */
  readonly state?: string | undefined;
  readonly managers?: readonly string[] | undefined;
  readonly targets?: readonly string[] | undefined;
}

/** How a run without a plan ended. */
export interface RunEnd {
  /** What it changed in the state. */
  readonly addresses?: readonly string[];
  readonly outcome?: AuditOutcome;
}
