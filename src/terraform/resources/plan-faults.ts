import { isWithin } from "../../model/address";
import type { Diagnostic } from "../../model/diagnostic";
import type { Outcome } from "../../model/outcome";
import type { Plan, Unplanned } from "../../model/plan";
import { type AttributeOf, type Fault, fault, toFault, type Wording } from "../fault";
import type { Connection } from "../provider/connection";
import { silentFaults } from "./silent";

/** What Terraform should show of a plan: what forbids it, what nobody could find out, and what needs a decision. */
export function planFaults(
  plan: Plan,
  connection: Pick<Connection, "unreachable" | "silence">,
  attributeOf?: AttributeOf,
  wording?: Wording,
): Fault[] {
  const diagnostics = [
    ...plan.diagnostics.filter(isOfOneManager),
    ...untold(plan.blocked, plan.diagnostics).map(toDiagnostic),
  ];
  return [
    ...diagnostics.map((each) => toFault(each, attributeOf, wording)),
    ...silentFaults(untold(plan.unknown, plan.diagnostics), connection, attributeOf, wording),
  ];
}

/** What went wrong in an apply. */
export function outcomeFaults(
  { plan, changes, diagnostics }: Outcome,
  attributeOf?: AttributeOf,
  wording?: Wording,
): Fault[] {
  const open = untold([...plan.blocked, ...plan.unknown], diagnostics).map(toDiagnostic);
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

/** A refusal of a whole manager is in a plan twice: once as what it stopped. */
function untold(open: readonly Unplanned[], diagnostics: readonly Diagnostic[]): readonly Unplanned[] {
  return open.filter(
    ({ code, detail }) => !diagnostics.some((each) => each.code === code && each.summary === detail),
  );
}

/** A state that several providers share holds other managers by right. */
function isOfOneManager({ code, severity }: Diagnostic): boolean {
  return code !== "unknown-manager" || severity === "error";
}

function toDiagnostic({ address, code, detail, remedy }: Unplanned): Diagnostic {
  return {
    code,
    severity: "error",
    summary: `${address}: ${detail}`,
    address,
    ...(remedy !== undefined && { remedy }),
  };
}
