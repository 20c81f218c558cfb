import { ManagerError } from "../api/manager-error";
import type { Diagnostic } from "../model/diagnostic";
import type { Unplanned } from "../model/plan";
import { diagnosticsOfFault, isNoSuchAgent, unplanned } from "../resources/failed-request";

export { diagnosticsOfFault };

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
  return { code, severity: "error", summary: detail, address, remedy };
}
