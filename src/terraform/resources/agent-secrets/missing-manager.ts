import { nearestTo } from "../../../library/nearest";
import { isSameHost } from "../../../model/host";
import { type Fault, fault } from "../../fault";
import type { Connection } from "../../provider/connection";
import type { Attrs } from "../resource-type";

/**
 * A warning if the agents report to a lower manager that does not exist yet, for example because the same apply adds
 * it. The provider sees the agents only afterwards, so the plan cannot show more.
 */
export async function missingManagerFault(
  { manager_host: host }: Attrs,
  { run }: Connection,
): Promise<Fault | undefined> {
  if (typeof host !== "string" || /[*?]/.test(host) || isSameHost(host, run.host)) return undefined;
  const hosts = await run.answers.names("lower-manager");
  if (hosts.some((each) => isSameHost(each, host))) return undefined;
  const meant = nearestTo(host, [run.host, ...hosts]);
  const detail = `${meant === undefined ? "" : `Did you mean ${JSON.stringify(meant)}? `}${LATER}`;
  return fault(["manager_host"], `${host} is not a lower manager yet`, detail, "warning");
}

const LATER =
  "The provider sees its agents only when it is registered. If this configuration adds it, refer to its `host`, so that Terraform adds it first.";
