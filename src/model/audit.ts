/** The audit trail: its lines, and the result of a check. */
import type { InputFile } from "./desired-state";
import type { Outcome } from "./outcome";
import type { PlanSummary } from "./plan";

export const AUDIT_FORMAT_VERSION = "1.0";

/** Who runs, as the machine and the CI's environment say. */
export interface AuditActor {
  readonly user: string;
  readonly host: string;
  readonly ci?: CiJob | undefined;
  /** What `--approved-by` says. */
  readonly approved_by?: string | undefined;
}

/** A job of a CI system, as its environment variables describe it. */
export interface CiJob {
  readonly system: "github-actions" | "gitlab-ci" | "jenkins" | "azure-pipelines";
  /** Who started the job. */
  readonly actor?: string;
  readonly project?: string;
  readonly job?: string;
  readonly run?: string;
  readonly url?: string;
  readonly commit?: string;
  readonly ref?: string;
}

/** What every line begins with. */
export interface AuditLink {
  readonly format_version: typeof AUDIT_FORMAT_VERSION;
  /** ID of the chain: that of the file, or that of the run if the trail cannot be read back. */
  readonly chain: string;
  /** Number of the line in its chain, from 1. */
  readonly line: number;
  /** SHA-256 of the line before, without its line end; null in the first line of a chain. */
  readonly previous: string | null;
}

/** One line of the trail, without its place in the chain. */
export type AuditRecord = {
  /** UTC, with milliseconds. */
  readonly time: string;
  /** ID of the run. */
  readonly run: string;
  readonly command: string;
  readonly who: AuditActor;
  /** Digest of the plan that is carried out, once there is one. */
  readonly plan?: string | undefined;
} & AuditEvent;

export type AuditEvent =
  | {
      readonly event: "run-started";
      readonly jp1im_version: string;
      readonly inputs: readonly InputFile[];
      /** Where the state is. */
      readonly state?: string | undefined;
      /** The scope of the run: names of managers, and addresses. */
      readonly managers?: readonly string[] | undefined;
      readonly targets?: readonly string[] | undefined;
    }
  /** A plan, and whether it was approved; its digest is the checksum that a saved plan has. */
  | {
      readonly event: "plan";
      readonly approved: boolean;
      readonly approval: AuditApproval;
      readonly summary: PlanSummary;
    }
  /** Written before the first request of the write is sent. */
  | ({ readonly event: "write-started" } & AuditedWrite)
  | ({ readonly event: "write-ended"; readonly write: number } & AuditedEnd)
  | {
      readonly event: "run-ended";
      readonly outcome: AuditOutcome;
      /** Codes of the errors, and of what could not be observed. */
      readonly codes?: readonly string[];
      readonly summary?: Outcome["summary"];
      /** What the run changed in the state alone. */
      readonly addresses?: readonly string[] | undefined;
    }
  /** The line before it is incomplete: a run was killed, or the disk was full, while it was written. */
  | { readonly event: "trail-repaired" };

/**
 * `asked`: on a terminal; `automatic`: `--auto-approve`, or a run that asks nobody; `saved-plan`: the plan was
 * reviewed as a file; `not-needed`: there was nothing to do; `refused`: against the policy.
 */
export type AuditApproval = "asked" | "automatic" | "saved-plan" | "not-needed" | "refused";

export type AuditOutcome = "done" | "partial" | "failed" | "not-approved" | "cancelled";

export interface AuditedWrite {
  /** Number of the write in its run. */
  readonly write: number;
  readonly manager: string;
  readonly method: string;
  readonly path: string;
  readonly addresses: readonly string[];
}

export interface AuditedEnd {
  /** `unknown`: it was sent, and it is unknown whether the manager carried it out. */
  readonly outcome: "done" | "refused" | "not-sent" | "unknown";
  /** HTTP status of the last answer. */
  readonly status?: number | undefined;
  readonly message_id?: string | undefined;
  readonly code?: string;
  /** Requests that were sent for this write; more than one if a busy manager rejected the first ones. */
  readonly requests: number;
}

/** The result of a check of a trail. */
export interface AuditReport {
  /** As it was named. */
  readonly file: string;
  readonly lines: number;
  /** Chains in the file: 1 for a file that jp1im itself writes, else one for each run. */
  readonly chains: number;
  /** Digest of the last line; absent for an empty trail. */
  readonly last?: string | undefined;
  /** Whether the chain holds from the first to the last line. */
  readonly intact: boolean;
  readonly faults: readonly AuditFault[];
  /** Notes: no proof of tampering, but they may hide some. */
  readonly notes: readonly AuditFault[];
  readonly runs: readonly AuditedRun[];
}

export interface AuditFault {
  /** Number of the line in the file, from 1; absent for a fault of the whole file. */
  readonly line?: number;
  readonly detail: string;
}

/** What the trail says of one run. */
export interface AuditedRun {
  readonly run: string;
  readonly command: string;
  readonly started: string;
  readonly ended?: string;
  readonly who: AuditActor;
  readonly plan?: string;
  readonly approval?: AuditApproval;
  /** Number of writes, and of those with an unknown effect. */
  readonly writes: number;
  readonly unknown: number;
  /** Absent if the trail does not say how it ended. */
  readonly outcome?: AuditOutcome;
}

/** What a run has added to its trail. */
export interface AuditAddition {
  /** The place of the trail, for messages. */
  readonly trail: string;
  readonly lines: number;
  /** Digest of the last of them. */
  readonly last: string;
}
