import { ManagerError } from "../api/manager-error";
import { type Diagnostic, DiagnosticError } from "../model/diagnostic";
import type { Unplanned } from "../model/plan";

/** An expected fault as diagnostics; a bug is thrown on. */
export function diagnosticsOfFault(error: unknown): readonly Diagnostic[] {
  if (error instanceof DiagnosticError) return error.diagnostics;
  if (!(error instanceof ManagerError)) throw error;
  const { code, summary, remedy } = error.details;
  return [{ code, severity: "error", summary, ...(remedy !== undefined && { remedy }) }];
}

/** What could not be observed, where that stops the run. */
export function unreadable({ address, code, detail, remedy }: Unplanned): Diagnostic {
  return {
    ...{ code, severity: "error", summary: detail, address },
    ...(remedy !== undefined && { remedy }),
  };
}
