import { ManagerError } from "../api/manager-error";
import { type Diagnostic, DiagnosticError } from "../model/diagnostic";

/** An expected fault as diagnostics; a bug is thrown on. */
export function diagnosticsOfFault(error: unknown): readonly Diagnostic[] {
  if (error instanceof DiagnosticError) return error.diagnostics;
  if (!(error instanceof ManagerError)) throw error;
  const { code, summary, remedy } = error.details;
  return [{ code, severity: "error", summary, ...(remedy !== undefined && { remedy }) }];
}
