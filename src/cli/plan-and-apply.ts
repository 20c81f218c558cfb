import { failure } from "../model/diagnostic";
import type { Outcome } from "../model/outcome";
import { outcomeText } from "../report/outcome-text";
import { type ApprovalFlags, approverOf, requireApprover } from "./approval";
import type { CommandContext, CommandResult } from "./command-context";
import { exitCodeOfOutcome, hasChanged } from "./exit-code-of";
import { planOptionsOf, type ScopeFlags } from "./inputs";

export interface ApplyFlags extends ScopeFlags, ApprovalFlags {
  /** Milliseconds. */
  readonly lockTimeout?: number;
  readonly duringFreeze?: boolean;
}

/** Plans, asks, applies: `apply` without a plan file, and `destroy`. */
export async function planAndApply(
  context: CommandContext,
  flags: ApplyFlags,
  mode: "apply" | "destroy",
): Promise<CommandResult> {
  requireApprover(context, flags, mode);
  const options = planOptionsOf(flags, context.io.cwd);
  const library = await context.library();
  const outcome = await library.apply(
    {
      ...options,
      mode,
      command: mode,
      lockTimeoutMs: flags.lockTimeout,
      duringFreeze: flags.duringFreeze,
      approve: approverOf(context, flags, mode === "destroy" ? "destroy" : "plan"),
    },
    context.platform(library),
  );
  if (outcome === undefined) {
    throw failure({ code: "cancelled", summary: "the plan was not approved, and nothing was changed" });
  }
  return outcomeResult(context, outcome);
}

/** Reports an outcome. If there was nothing to do, the plan's summary has already said so. */
export function outcomeResult(context: CommandContext, outcome: Outcome): CommandResult {
  context.keep({ outcome });
  const result = { exitCode: exitCodeOfOutcome(outcome), hasChanged: hasChanged(outcome) };
  const silent = outcome.changes.length === 0 && !outcome.cancelled;
  return silent ? result : { ...result, text: `\n${outcomeText(outcome, context.paint)}` };
}
