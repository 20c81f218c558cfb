import { ManagerError } from "../../api/manager-error";
import { lowerManagerAddress } from "../../model/address";
import type { DesiredState } from "../../model/desired-state";
import { type Diagnostic, DiagnosticError } from "../../model/diagnostic";
import type { Operation } from "../../model/operation";
import { issuesElsewhere, mayBeOneHost } from "../../resources/lower-manager/issuer-hosts";
import type { Observer } from "../observe/observer";
import { ownHosts } from "../observe/own-hosts";

/**
 * Refuses to issue the initial secret of a lower manager on a manager whose own agents report to another host: a
 * copied `url` would end the present initial secret of the wrong manager. A manager that has no agents of its own, or
 * does not answer, proves nothing.
 */
export async function wrongIssuers(
  { managers }: Pick<DesiredState, "managers">,
  operations: readonly Operation[],
  observerOf: (manager: string) => Observer | undefined,
): Promise<Diagnostic[]> {
  const faults = issuesElsewhere(operations).map(async ({ manager, host, issuer }) => {
    const hosts = await answeringHosts(observerOf(issuer));
    if (hosts.length === 0 || hosts.some((own) => mayBeOneHost(own, host))) return [];
    const lower = managers.get(manager)?.lowerManagers.find((each) => each.host === host);
    return [
      {
        code: "host-mismatch",
        severity: "error",
        summary: `the initial secret of the lower manager ${JSON.stringify(host)} cannot be issued on ${issuer}: its agents report to ${hosts.join(", ")}, and an issue would end the initial secret of that manager`,
        remedy: `correct \`url\` of ${issuer}, or the host of the lower manager; if both are names of one host, give the initial secret with a source in the place of \`issueOn\``,
        address: lowerManagerAddress(manager, host),
        position: lower?.position,
      } as const,
    ];
  });
  return (await Promise.all(faults)).flat();
}

async function answeringHosts(observer: Observer | undefined): Promise<readonly string[]> {
  if (observer === undefined) return [];
  try {
    const [below, answer] = await Promise.all([observer.names("lower-manager"), observer.agents()]);
    const listed = (answer?.complete ? answer.value : answer?.partial) ?? [];
    return [
      ...ownHosts(
        listed.map(({ managerHost }) => managerHost),
        below,
      ),
    ].sort();
  } catch (error) {
    // The issue itself would report the fault.
    if (error instanceof ManagerError || error instanceof DiagnosticError) return [];
    throw error;
  }
}
