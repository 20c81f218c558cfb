import { ManagerError } from "../api/manager-error";
import { type Diagnostic, DiagnosticError } from "../model/diagnostic";
import type { Unplanned } from "../model/plan";
import { isNoSuchAgent } from "../resources/failed-request";

/** An expected fault as diagnostics; a bug is thrown on. */
export function diagnosticsOfFault(error: unknown): readonly Diagnostic[] {
  if (error instanceof DiagnosticError) return error.diagnostics;
  if (!(error instanceof ManagerError)) throw error;
  const { code, summary, remedy } = error.details;
  return [{ code, severity: "error", summary, ...(remedy !== undefined && { remedy }) }];
}

/** Whether a manager says that it does not know the agent, or that the user has no right on it: it has one answer for both. */
export function isAgentUnknown(error: unknown): boolean {
  return error instanceof ManagerError && isNoSuchAgent(error);
}

/** What could not be observed, where that stops the run. */
export function unreadable({ address, code, detail, remedy }: Unplanned): Diagnostic {
  return {
    ...{ code, severity: "error", summary: detail, address },
    ...(remedy !== undefined && { remedy }),
  };
}
