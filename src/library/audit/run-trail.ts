import { isNotSent, isRefused, ManagerError } from "../../api/manager-error";
import type { OnWrite, WriteEnd, WriteToSend } from "../../api/port";
import type {
  AuditActor,
  AuditApproval,
  AuditEvent,
  AuditedEnd,
  AuditOutcome,
  AuditRecord,
} from "../../model/audit";
import { type Diagnostic, type DiagnosticError, failure } from "../../model/diagnostic";
import { diagnosticsOf } from "../../model/diagnostics-of";
import type { Outcome } from "../../model/outcome";
import type { Plan } from "../../model/plan";
import { version } from "../../version";
import { checksumOf } from "../plan-file";
import type { Platform } from "../platform";
import { actorOf } from "./actor";
import type { AuditedRun, RunEnd } from "./audited-run";
import type { Trail } from "./trail";
import { TrailFault } from "./trail-place";

/**
 * What one run records: its start, its plan, each write before it is sent and after it ended, and its end. Nothing
 * starts without its line; after a line could not be written, no further write is sent.
 */
export class RunTrail {
  readonly #trail: Trail;
  readonly #id: string;
  readonly #run: AuditedRun;
  readonly #platform: Platform;
  readonly #who: AuditActor;
  /** Events that could not be recorded when they happened. */
  readonly #late: AuditRecord[] = [];
  #plan: string | undefined;
  #writes = 0;
  #isDeclined = false;
  #isEnded = false;

  constructor(trail: Trail, id: string, run: AuditedRun, platform: Platform) {
    this.#trail = trail;
    this.#id = id;
    this.#run = run;
    this.#platform = platform;
    this.#who = actorOf(platform);
  }

  /** Throws a `DiagnosticError` (`audit-unwritable`). */
  async begin(): Promise<void> {
    const { inputs, state, managers = [], targets = [] } = this.#run;
    await this.#require({
      ...{ event: "run-started", jp1im_version: version, inputs },
      state,
      managers: managers.length > 0 ? managers : undefined,
      targets: targets.length > 0 ? targets : undefined,
    });
  }

  /** Records the plan that is applied or declined. Throws a `DiagnosticError` (`audit-unwritable`). */
  async planned(plan: Plan, approved: boolean, approval = this.#approvalOf(plan)): Promise<void> {
    this.#plan = checksumOf(plan);
    this.#isDeclined = !approved;
    const isRefused = approval === "refused";
    await this.#require({ event: "plan", approved: approved && !isRefused, approval, summary: plan.summary });
  }

  /** The user was asked and refused. */
  decline(): void {
    this.#isDeclined = true;
  }

  readonly onWrite: OnWrite = async (write) => {
    const number = ++this.#writes;
    const begun: AuditEvent = { event: "write-started", write: number, ...write };
    await this.#trail.add(this.#record(begun)).catch((error) => {
      throw notSent(error, write, this.#trail.place.shown);
    });
    return (end) => this.#ended(number, end);
  };

  /** Writes the last line of a run with an outcome; a failure becomes part of the outcome. */
  async conclude(outcome: Outcome): Promise<Outcome> {
    const { plan, summary } = outcome;
    const open = [...plan.unknown, ...plan.blocked].map(({ code }) => code);
    const codes = codesOf([...plan.diagnostics, ...outcome.diagnostics], open);
    const fault = await this.#end({ ...codes, outcome: outcomeOf(outcome), summary });
    return fault === undefined ? outcome : { ...outcome, diagnostics: [...outcome.diagnostics, fault] };
  }

  /**
   * Writes the last line of a run without an outcome. Never rejects because of the trail: a lost line must not lose
   * the run's result.
   */
  async end({ addresses = [], outcome = "done" }: RunEnd = {}): Promise<void> {
    if (this.#isEnded) return;
    const fault = await this.#end({
      outcome: this.#isDeclined ? "not-approved" : outcome,
      addresses: addresses.length > 0 ? addresses : undefined,
    });
    if (fault !== undefined) this.#platform.report({ type: "diagnostic", diagnostic: fault });
  }

  /** Writes the last line of a run that was stopped. Never rejects. */
  async fail(error: unknown): Promise<void> {
    if (this.#isEnded) return;
    const { signal } = this.#platform;
    const outcome = signal.aborted ? "cancelled" : "failed";
    const fault = await this.#end({ outcome, ...codesOf(diagnosticsOf(error, signal)) });
    if (fault !== undefined) this.#platform.report({ type: "diagnostic", diagnostic: fault });
  }

  async #ended(write: number, end: WriteEnd): Promise<void> {
    const record = this.#record({ event: "write-ended", write, ...describeEnd(end) });
    await this.#trail.add(record).catch((error) => {
      if (!(error instanceof TrailFault)) throw error;
      this.#late.push(record);
    });
  }

  async #end(
    event: Omit<Extract<AuditEvent, { event: "run-ended" }>, "event">,
  ): Promise<Diagnostic | undefined> {
    this.#isEnded = true;
    try {
      await this.#trail.last([...this.#late, this.#record({ event: "run-ended", ...event })]);
    } catch (error) {
      return incomplete(error, this.#trail.place.shown);
    }
    const { lines, last = "" } = this.#trail.written;
    this.#platform.report({ type: "audit", trail: this.#trail.place.shown, lines, last });
    return undefined;
  }

  async #require(event: AuditEvent): Promise<void> {
    await this.#trail.add(this.#record(event)).catch((error) => {
      throw unwritable(error, this.#trail.place.shown);
    });
  }

  #record(event: AuditEvent): AuditRecord {
    const { clock } = this.#platform;
    return {
      time: new Date(clock.now()).toISOString(),
      ...{ run: this.#id, command: this.#run.command, who: this.#who },
      plan: this.#plan,
      ...event,
    };
  }

  #approvalOf({ changes, operations, deferred, diagnostics }: Plan): AuditApproval {
    if (diagnostics.some(({ severity }) => severity === "error")) return "refused";
    if (changes.length + operations.length + deferred.length === 0) return "not-needed";
    return this.#platform.approval?.isAsked ? "asked" : "automatic";
  }
}

function describeEnd({ requests, error }: WriteEnd): AuditedEnd {
  if (error === undefined) return { outcome: "done", status: 200, requests };
  if (!(error instanceof ManagerError)) return { outcome: "unknown", requests };
  const { status, messageId, code } = error.details;
  const untouched = isNotSent(error) ? "not-sent" : "refused";
  return {
    outcome: isRefused(error) ? untouched : "unknown",
    status,
    message_id: messageId,
    ...{ code, requests },
  };
}

/** The outcome that corresponds to the run's exit code. */
function outcomeOf({ cancelled, plan, summary, diagnostics }: Outcome): AuditOutcome {
  if (cancelled) return "cancelled";
  const errors = [...plan.diagnostics, ...diagnostics].filter(({ severity }) => severity === "error");
  const open = summary.failed + summary.skipped + errors.length + plan.unknown.length + plan.blocked.length;
  if (open === 0) return "done";
  return summary.applied + summary.carried_out > 0 ? "partial" : "failed";
}

function codesOf(
  diagnostics: readonly Diagnostic[],
  open: readonly string[] = [],
): { readonly codes?: readonly string[] } {
  const errors = diagnostics.filter(({ severity }) => severity === "error");
  const codes = [...new Set([...errors.map(({ code }) => code), ...open])].sort();
  return codes.length === 0 ? {} : { codes };
}

/** A fault of the trail before anything was done. Rethrows a bug. */
export function unwritable(error: unknown, trail: string): DiagnosticError {
  return failure({ code: "audit-unwritable", ...wordsOf(error, trail) }, { cause: error });
}

function wordsOf(error: unknown, trail: string): { readonly summary: string; readonly remedy: string } {
  if (!(error instanceof TrailFault)) throw error;
  const summary = `the audit trail, ${trail}, cannot be written: ${error.message}`;
  return { summary, remedy: error.remedy };
}

function notSent(error: unknown, { manager, method, path }: WriteToSend, trail: string): ManagerError {
  const { summary, remedy } = wordsOf(error, trail);
  const request = `${method} ${path}`;
  return new ManagerError({
    ...{ manager, request, code: "audit-unwritable", effect: "none", remedy },
    summary: `${request} was not sent: ${summary}`,
  });
}

function incomplete(error: unknown, trail: string): Diagnostic {
  const { summary, remedy } = wordsOf(error, trail);
  return {
    code: "audit-incomplete",
    severity: "error",
    summary: `the run is done, and its end is not recorded: ${summary}`,
    remedy: `${remedy}; keep the output of this run with the trail`,
  };
}
