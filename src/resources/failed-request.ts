import { ManagerError } from "../api/manager-error";
import { type Diagnostic, DiagnosticError } from "../model/diagnostic";
import type { Unplanned } from "../model/plan";

/** An expected fault as diagnostics. Rethrows a bug. */
export function diagnosticsOfFault(error: unknown): readonly Diagnostic[] {
  if (error instanceof DiagnosticError) return error.diagnostics;
  if (!(error instanceof ManagerError)) throw error;
  const { code, summary, remedy } = error.details;
  return [{ code, severity: "error", summary, remedy }];
}

/** A request that failed, as an entry of the plan's `unknown`. */
export function failedRequest(address: string, error: ManagerError): Unplanned {
  const { details } = error;
  return unplanned(address, isNoSuchAgent(error) ? { ...details, code: "agent-unknown" } : details);
}

/** A fault that leaves `address` open, as an entry of the plan's `unknown`. */
export function unplanned(
  address: string,
  { code, summary: detail, remedy }: Pick<Diagnostic, "code" | "summary" | "remedy">,
): Unplanned {
  return { address, code, detail, remedy };
}

/** The manager gives the same answer for a missing agent and for one that the user may not access. */
export function isNoSuchAgent({ details }: ManagerError): boolean {
  return details.messageId === "KAJY68205-E";
}
