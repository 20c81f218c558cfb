import type { LockOwner } from "../../state/lock/holder";
import type { Platform } from "../platform";

/** What the locks of this process say of it. */
export function lockOwner({ user, host, pid, processStart }: Platform): LockOwner {
  return { who: `${user}@${host}`, host, pid, processStart };
}
