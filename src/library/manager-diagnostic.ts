import { ManagerError } from "../api/manager-error";
import { type Diagnostic, DiagnosticError } from "../model/diagnostic";
import type { Unplanned } from "../model/plan";
import { isNoSuchAgent, unplanned } from "../resources/failed-request";

/** An expected fault as diagnostics. Rethrows a bug. */
export function diagnosticsOfFault(error: unknown): readonly Diagnostic[] {
  if (error instanceof DiagnosticError) return error.diagnostics;
  if (!(error instanceof ManagerError)) throw error;
  const { code, summary, remedy } = error.details;
  return [{ code, severity: "error", summary, remedy }];
}

/** An expected fault that leaves `address` open. Rethrows a bug. */
export function unplannedOfFault(error: unknown, address: string): readonly Unplanned[] {
  return diagnosticsOfFault(error).map((each) => unplanned(address, each));
}

/**
 * Whether a manager answers that it does not know the agent, or that the user may not access it: the answer is the
 * same.
 */
export function isAgentUnknown(error: unknown): boolean {
  return error instanceof ManagerError && isNoSuchAgent(error);
}

/** An entry of `unknown` or `blocked` as an error. */
export function diagnosticOfUnplanned({ address, code, detail, remedy }: Unplanned): Diagnostic {
  return {
    ...{ code, severity: "error", summary: detail, address },
    remedy,
  };
}
