import type { ManagerError } from "../api/manager-error";
import type { Unplanned } from "../model/plan";

/** A request that failed, as an entry of the plan's `unknown`. */
export function failedRequest(address: string, error: ManagerError): Unplanned {
  const { code, summary: detail, remedy } = error.details;
  return {
    address,
    code: isNoSuchAgent(error) ? "agent-unknown" : code,
    detail,
    ...(remedy !== undefined && { remedy }),
  };
}

/** The manager gives the same answer for a missing agent and for one that the user may not access. */
export function isNoSuchAgent({ details }: ManagerError): boolean {
  return details.messageId === "KAJY68205-E";
}
