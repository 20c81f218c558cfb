import type { LockOwner } from "../../state/lock/holder";
import type { Platform } from "../platform";

/** The owner that locks of this process name. */
export function lockOwner({ user, host, pid, processStart }: Platform): LockOwner {
  return { who: `${user}@${host}`, host, pid, processStart };
}
