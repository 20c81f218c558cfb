import { ManagerError } from "../../api/manager-error";
import type { ManagerPort } from "../../api/port";
import type { Diagnostic } from "../../model/diagnostic";
import { isSameHost } from "../../model/limits";

/** A warning where the manager's own agents report to another host than the given one: nothing declared would be found. */
export async function strangeHost(host: string, port: ManagerPort): Promise<Diagnostic | undefined> {
  try {
    const [answer, lower] = await Promise.all([port.listAgents(), port.listLowerManagers()]);
    const agents = answer.complete ? answer.value : answer.partial;
    const own = new Set(agents.map(({ managerHost }) => managerHost));
    const hosts = [...own].filter((each) => !lower.some((below) => isSameHost(below, each))).sort();
    if (hosts.length === 0 || hosts.some((each) => isSameHost(each, host))) return undefined;
    return {
      ...{ code: "likely-mistake", severity: "warning" },
      summary: `the manager's agents report to ${hosts.join(", ")}, and its host is given as ${host}`,
      remedy: "correct `host` in jp1im.yaml, unless those are hosts of lower managers",
    };
  } catch (error) {
    // A user who may see neither agents nor lower managers gets the diagnostic from the check that needs them.
    if (error instanceof ManagerError) return undefined;
    throw error;
  }
}
