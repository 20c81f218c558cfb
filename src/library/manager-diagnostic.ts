import { ManagerError } from "../api/manager-error";
import { type Diagnostic, DiagnosticError } from "../model/diagnostic";
import type { Unplanned } from "../model/plan";
import { isNoSuchAgent } from "../resources/failed-request";

/** An expected fault as diagnostics. Rethrows a bug. */
export function diagnosticsOfFault(error: unknown): readonly Diagnostic[] {
  if (error instanceof DiagnosticError) return error.diagnostics;
  if (!(error instanceof ManagerError)) throw error;
  const { code, summary, remedy } = error.details;
  return [{ code, severity: "error", summary, ...(remedy !== undefined && { remedy }) }];
}

/**
 * Whether a manager answers that it does not know the agent, or that the user may not access it: the answer is the
 * same.
 */
export function isAgentUnknown(error: unknown): boolean {
  return error instanceof ManagerError && isNoSuchAgent(error);
}

/** The error for something that could not be observed, if that stops the run. */
export function unreadable({ address, code, detail, remedy }: Unplanned): Diagnostic {
  return {
    ...{ code, severity: "error", summary: detail, address },
    ...(remedy !== undefined && { remedy }),
  };
}
