import { ManagerError } from "../../api/manager-error";
import type { ManagerPort } from "../../api/port";

/** The two ways in which a JP1 user may log in (manual 5.2.8). */
export type LoginMethod = "session" | "user";

/**
 * Logs in with a read that needs a login; the user need not have the permission for that read. Rejects with a
 * `ManagerError`.
 */
export async function proveLogin(port: ManagerPort, method: LoginMethod): Promise<void> {
  try {
    await port.listLowerManagers();
  } catch (error) {
    if (!(error instanceof ManagerError)) throw error;
    const { request, status } = error.details;
    const isIn = method === "session" ? request !== "POST login" && status !== 401 : status === 403;
    if (!isIn) throw error;
  }
}
