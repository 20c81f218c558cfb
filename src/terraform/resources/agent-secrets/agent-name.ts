import type { AgentRef } from "../../../model/address";

/** `MANAGER_HOST/HOST` */
export function nameOf({ host, managerHost }: AgentRef): string {
  return `${managerHost}/${host}`;
}
