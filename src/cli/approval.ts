import { failure } from "../model/diagnostic";
import type { Plan } from "../model/plan";
import { lossText } from "../report/loss-text";
import type { Paint } from "../report/paint";
import { type PlanWording, pendingChanges } from "../report/plan-summary";
import { planText } from "../report/plan-text";
import { paintFor } from "./colour";
import type { CommandContext } from "./command-context";
import type { InputFlags } from "./inputs";

export interface ApprovalFlags extends InputFlags {
  readonly autoApprove?: boolean;
}

/** Stops a run that needs an approval when there is no terminal to ask on, before it asks any manager. */
export function requireApprover(
  { io }: CommandContext,
  { autoApprove, file }: ApprovalFlags,
  command: string,
): void {
  if (autoApprove) return;
  const stdinIsTaken = file?.includes("-") === true;
  if (io.stdin.isTTY && io.stderr.isTTY && !stdinIsTaken) return;
  const why = stdinIsTaken ? "stdin carries the desired state" : "there is no terminal to ask on";
  throw failure({
    code: "needs-approval",
    summary: `${command} needs an approval, and ${why}`,
    remedy:
      command === "apply"
        ? "review with jp1im plan --out FILE and run jp1im apply FILE, or give --auto-approve"
        : "run it on a terminal, or give --auto-approve",
  });
}

/** Shows the plan, and asks for approval if it has changes. */
export function approverOf(
  context: CommandContext,
  flags: ApprovalFlags,
  wording: PlanWording,
): (plan: Plan) => Promise<boolean> {
  return async (plan) => {
    await showPlan(context, plan, wording);
    const hasAny = pendingChanges(plan) > 0 || replacesKey(plan);
    // A refused plan needs no approval.
    if (flags.autoApprove || !hasAny || isRefused(plan)) return true;
    const paint = paintFor(context.io.stderr, context.io.env, flags.color);
    if (context.document)
      await context.tell(
        context.complete(planText(plan, { wording, paint, showUnmanaged: context.showUnmanaged })),
      );
    return askForYes(context, question(plan, wording, paint));
  };
}

/** Asks on stderr; anything but `yes` is a no. */
export async function askForYes(context: CommandContext, text: string): Promise<boolean> {
  await context.tell(text);
  const answer = await context.io.stdin.readLine(context.signal);
  // Ctrl-D leaves the cursor behind the question.
  if (answer === undefined) await context.tell("\n");
  return answer?.trim() === "yes";
}

/** Shows the plan before anything is applied. */
export async function showPlan(context: CommandContext, plan: Plan, wording: PlanWording): Promise<void> {
  context.keep({ plan });
  await context.print(
    context.complete(planText(plan, { wording, paint: context.paint, showUnmanaged: context.showUnmanaged })),
  );
  await context.tellDiagnostics(plan.diagnostics);
}

function isRefused({ diagnostics }: Plan): boolean {
  return diagnostics.some(({ severity }) => severity === "error");
}

/** With `--new-state`, even a plan without changes replaces the key of the state. */
function replacesKey({ diagnostics }: Plan): boolean {
  return diagnostics.some(({ code }) => code === "state-key");
}

function question(plan: Plan, wording: PlanWording, paint: Paint): string {
  const loss = wording === "destroy" ? lossText(plan, paint) : "";
  const asked = questions[wording] ?? "Apply this plan?";
  return `\n${loss}${paint("strong", asked)} Only 'yes' is accepted: `;
}

const questions: Partial<Readonly<Record<PlanWording, string>>> = {
  destroy: "Destroy all of this?",
  rebuild: "Rebuild it so?",
};
