import type { AuditAddition, AuditReport } from "../model/audit";
import type { Diagnostic } from "../model/diagnostic";
import type { ExitCode } from "../model/exit-code";
import type { Explanation } from "../model/explanation";
import type { Health } from "../model/health";
import type { Listing } from "../model/listing";
import type { Outcome } from "../model/outcome";
import type { Plan } from "../model/plan";
import type { ProbeReport } from "../model/probe";
import type { Project } from "../model/project";
import type { Rebuild, Rehearsal } from "../model/rebuild";
import type { ShardEntry } from "../model/shard";
import type {
  Compacted,
  HeldLockEntry,
  Rekeyed,
  StateDetail,
  StateListing,
  StatePut,
} from "../model/state-listing";
import type { Validation } from "../model/validation";
import type { AdoptionReport } from "./adoption-text";
import type { EnrolmentReport } from "./enrolment-text";
import type { ExportReport } from "./export-text";

export const OUTPUT_FORMAT_VERSION = "1.0";

/** The output of a command besides its exit code. Each command fills in its own part. */
export interface OutputContent {
  readonly plan?: Plan | undefined;
  readonly outcome?: Outcome | undefined;
  readonly validation?: Validation | undefined;
  readonly project?: Project | undefined;
  readonly listing?: Listing | undefined;
  readonly health?: Health | undefined;
  /** The result of `audit verify`. */
  readonly audit?: AuditReport | undefined;
  /** What a run added to its audit trail. */
  readonly recorded?: AuditAddition | undefined;
  readonly probe?: ProbeReport | undefined;
  readonly explanations?: readonly Explanation[] | undefined;
  readonly shards?: readonly ShardEntry[] | undefined;
  readonly version?: VersionReport | undefined;
  readonly state?: StateListing | undefined;
  readonly resource?: StateDetail | undefined;
  /** Addresses that `state rm` removed from the state. */
  readonly removed?: readonly string[] | undefined;
  /** Addresses that `state mv` renamed. */
  readonly moved?: readonly { readonly from: string; readonly to: string }[] | undefined;
  /** What `state push` or `state migrate` put in a place. */
  readonly put?: StatePut | undefined;
  readonly compacted?: Compacted | undefined;
  /** The lock that `state unlock` broke. */
  readonly unlocked?: HeldLockEntry | undefined;
  readonly rekeyed?: Rekeyed | undefined;
  readonly enrolment?: EnrolmentReport | undefined;
  readonly adoption?: AdoptionReport | undefined;
  readonly export?: ExportReport | undefined;
  readonly rebuild?: Rebuild | undefined;
  readonly rehearsal?: Rehearsal | undefined;
  readonly simulator?: SimulatorReport | undefined;
}

export interface VersionReport {
  readonly jp1im: string;
  readonly node: string;
  /** Operating system and processor, as Node names them: `linux-x64`. */
  readonly platform: string;
}

export interface SimulatorReport {
  /** Each manager's URL, by name. */
  readonly managers: Readonly<Record<string, string>>;
  readonly control?: string | undefined;
}

/** The one document of `--output json`; `schemas/output.schema.json` is its published form. */
export interface OutputDocument extends Omit<OutputContent, "outcome" | "validation"> {
  readonly format_version: typeof OUTPUT_FORMAT_VERSION;
  readonly command: string;
  /** True if the exit code is 0, or 2, which means changes and is no failure. */
  readonly success: boolean;
  readonly exit_code: ExitCode;
  readonly outcome?: Omit<Outcome, "plan" | "diagnostics"> | undefined;
  readonly validation?: Omit<Validation, "diagnostics"> | undefined;
  /** Every diagnostic of the run, once. */
  readonly diagnostics: readonly Diagnostic[];
}

/** Joins the content with the exit code. The plan of an outcome is only at the top level. */
export function outputDocument(
  command: string,
  exitCode: ExitCode,
  content: OutputContent,
  diagnostics: readonly Diagnostic[],
): OutputDocument {
  const { outcome, validation, plan: shown, ...rest } = content;
  // After a second round, the outcome has the plan of both rounds.
  const plan = outcome?.plan ?? shown;
  return {
    format_version: OUTPUT_FORMAT_VERSION,
    command,
    success: exitCode === 0 || exitCode === 2,
    exit_code: exitCode,
    ...rest,
    plan,
    outcome: outcome && outcomePart(outcome),
    validation: validation && { managers: validation.managers, resources: validation.resources },
    diagnostics: everyDiagnostic(diagnostics, content),
  };
}

function outcomePart({ plan, diagnostics, ...rest }: Outcome): Omit<Outcome, "plan" | "diagnostics"> {
  return rest;
}

/** All diagnostics of a run in the order of their reporting; one that plan and outcome share occurs once. */
export function everyDiagnostic(
  diagnostics: readonly Diagnostic[],
  { plan, outcome, validation }: OutputContent,
): readonly Diagnostic[] {
  const byContent = new Map<string, Diagnostic>();
  const lists = [
    plan?.diagnostics,
    outcome?.plan.diagnostics,
    outcome?.diagnostics,
    validation?.diagnostics,
    diagnostics,
  ];
  for (const diagnostic of lists.flatMap((list) => list ?? [])) {
    byContent.set(JSON.stringify(diagnostic), diagnostic);
  }
  return [...byContent.values()];
}
