import type { ManagerError } from "../api/manager-error";
import type { Diagnostic } from "../model/diagnostic";
import type { Unplanned } from "../model/plan";

/** A request that failed, as an entry of the plan's `unknown`. */
export function failedRequest(address: string, error: ManagerError): Unplanned {
  const { details } = error;
  return unplanned(address, isNoSuchAgent(error) ? { ...details, code: "agent-unknown" } : details);
}

/** A fault that leaves `address` open, as an entry of the plan's `unknown`. */
export function unplanned(
  address: string,
  {
    code,
    summary: detail,
    remedy,
  }: Pick<Diagnostic, "code" | "summary"> & { readonly remedy?: string | undefined },
): Unplanned {
  return { address, code, detail, remedy };
}

/** The manager gives the same answer for a missing agent and for one that the user may not access. */
export function isNoSuchAgent({ details }: ManagerError): boolean {
  return details.messageId === "KAJY68205-E";
}
