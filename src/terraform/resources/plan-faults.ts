import { isWithin } from "../../model/address";
import type { Diagnostic } from "../../model/diagnostic";
import type { Outcome } from "../../model/outcome";
import type { Plan, Unplanned } from "../../model/plan";
import { type AttributeOf, type Fault, fault, toFault, type Wording } from "../fault";
import type { Connection } from "../provider/connection";

/** What Terraform should show of a plan: what forbids it, what nobody could find out, and what needs a decision. */
export function planFaults(
  plan: Plan,
  { unreachable }: Pick<Connection, "unreachable">,
  attributeOf?: AttributeOf,
  wording?: Wording,
): Fault[] {
  const severity = unreachable === "warn" ? "warning" : "error";
  const diagnostics = [
    ...plan.diagnostics.filter(isOfOneManager),
    ...plan.blocked.map((each) => toDiagnostic(each, "error")),
    ...plan.unknown.map((each) => toDiagnostic(each, severity)),
  ];
  return diagnostics.map((each) => toFault(each, attributeOf, wording));
}

/** What went wrong in an apply. */
export function outcomeFaults(
  { plan, changes, diagnostics }: Outcome,
  attributeOf?: AttributeOf,
  wording?: Wording,
): Fault[] {
  const open = [...plan.blocked, ...plan.unknown].map((each) => toDiagnostic(each, "error"));
  const told = [...diagnostics.filter(isOfOneManager), ...open];
  const isTold = (address: string) =>
    told.some((each) => each.address !== undefined && isWithin(address, each.address));
  const unfinished = changes.filter(({ status, address }) => status !== "applied" && !isTold(address));
  return [
    ...told.map((each) => toFault(each, attributeOf, wording)),
    ...unfinished.map(({ address }) =>
      fault(
        undefined,
        `${address} was not finished`,
        "The run was stopped, or something that it depends on failed. Apply again.",
      ),
    ),
  ];
}

/** A state that several providers share holds other managers by right. */
function isOfOneManager({ code, severity }: Diagnostic): boolean {
  return code !== "unknown-manager" || severity === "error";
}

function toDiagnostic(
  { address, code, detail, remedy }: Unplanned,
  severity: Diagnostic["severity"],
): Diagnostic {
  return {
    code,
    severity,
    summary: `${address}: ${detail}`,
    address,
    ...(remedy !== undefined && { remedy }),
  };
}
