import { diagnosticOfUnplanned } from "../../library/manager-diagnostic";
import { isWithin } from "../../model/address";
import type { Diagnostic } from "../../model/diagnostic";
import type { DiagnosticCode } from "../../model/diagnostic-codes";
import type { Outcome } from "../../model/outcome";
import type { Plan, Unplanned } from "../../model/plan";
import { type AttributeOf, type Fault, fault, toFault, type Wording } from "../fault";
import { inTerraform } from "../in-terraform";
import { oncePerReason, unreachableFaults, type WarningSettings } from "./unreachable-faults";

/** The faults of a plan that Terraform should show: refusals, unknown resources, and what needs a decision. */
export function planFaults(
  plan: Plan,
  connection: WarningSettings,
  attributeOf?: AttributeOf,
  wording: Wording = inTerraform,
): Fault[] {
  const inContext: Wording = (...of) => forDestroy(wording(...of));
  // "Not ours" for a client is more specific than "the state has no record".
  const isRefused = plan.changes.length === 0 && plan.blocked.some(({ code }) => code === "not-ours");
  const diagnostics = [
    ...plan.diagnostics.filter((each) => isOfOneManager(each) && !(isRefused && each.code === "no-state")),
    ...withoutRepeated(plan.blocked, plan.diagnostics).map(toDiagnostic),
  ];
  return [
    ...diagnostics.map((each) => toFault(each, attributeOf, inContext)),
    ...unreachableFaults(withoutRepeated(plan.unknown, plan.diagnostics), connection, attributeOf, inContext),
  ];
}

/**
 * Adds a remedy for a destroy. Terraform plans the configuration before a destroy, and does not say what the plan is
 * for.
 */
function forDestroy(diagnostic: Diagnostic): Diagnostic {
  const { code, severity, remedy } = diagnostic;
  if (severity !== "error" || !STOP_DESTROYS.has(code)) return diagnostic;
  const way =
    "if the plan was made only for a `terraform destroy`, run that command with `-refresh=false`, which skips the plan";
  return { ...diagnostic, remedy: remedy === undefined ? way : `${remedy}; ${way}` };
}

/** Codes that stop a plan but no deletion. */
const STOP_DESTROYS: ReadonlySet<DiagnosticCode> = new Set([
  "policy-refused",
  "sink-moved",
  "sink-unwritable",
  "agent-unknown",
]);

export function outcomeFaults(
  { plan, changes, diagnostics }: Outcome,
  attributeOf?: AttributeOf,
  wording?: Wording,
): Fault[] {
  const open = withoutRepeated([...plan.blocked, ...plan.unknown], diagnostics).map(toDiagnostic);
  const reported = [...diagnostics.filter(isOfOneManager), ...open];
  const isReported = (address: string) =>
    reported.some((each) => each.address !== undefined && isWithin(address, each.address));
  const unfinished = changes.filter(({ status, address }) => status !== "applied" && !isReported(address));
  return [
    ...oncePerReason(reported).map((each) => toFault(each, attributeOf, wording)),
    ...unfinished.map(({ address }) =>
      fault(
        undefined,
        `${address} was not finished`,
        "The run was stopped, or something that it depends on failed. Apply again.",
      ),
    ),
  ];
}

/**
 * Leaves out what a diagnostic says already. A plan lists the refusal of a manager also for each resource that it
 * stops.
 */
function withoutRepeated(
  open: readonly Unplanned[],
  diagnostics: readonly Diagnostic[],
): readonly Unplanned[] {
  return open.filter(
    ({ code, detail }) => !diagnostics.some((each) => each.code === code && each.summary === detail),
  );
}

/** Several providers may share a state, so other managers in it are no warning. */
function isOfOneManager({ code, severity }: Diagnostic): boolean {
  return code !== "unknown-manager" || severity === "error";
}

function toDiagnostic(open: Unplanned): Diagnostic {
  return diagnosticOfUnplanned({ ...open, detail: `${open.address}: ${open.detail}` });
}
