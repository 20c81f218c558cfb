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

/** The manager gives one answer for an agent that does not exist and one that the user has no right on. */
export function isNoSuchAgent({ details }: ManagerError): boolean {
  return details.messageId === "KAJY68205-E";
}
