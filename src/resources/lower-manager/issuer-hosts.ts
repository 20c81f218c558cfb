import { lowerManagerAddress } from "../../model/address";
import type { DesiredState } from "../../model/desired-state";
import type { Diagnostic } from "../../model/diagnostic";
import type { Operation } from "../../model/operation";

/**
 * Warns of each lower manager to be added whose host is not that of the manager that issues its initial secret. The
 * issue comes first and ends the present initial secret, so a typing error loses that secret even if the manager
 * refuses the host.
 */
export function strangeIssuers(
  { managers }: Pick<DesiredState, "managers">,
  operations: readonly Operation[],
): Diagnostic[] {
  return issuesElsewhere(operations).flatMap(({ manager, host, issuer: issuing }) => {
    const issuer = managers.get(issuing);
    if (issuer === undefined || mayBeOneHost(issuer.host, host)) return [];
    const lower = managers.get(manager)?.lowerManagers.find((each) => each.host === host);
    const [own, name] = [JSON.stringify(issuer.host), issuer.name];
    return [
      {
        code: "host-mismatch",
        severity: "warning",
        summary: `adding the lower manager ${JSON.stringify(host)} to ${manager} issues the initial secret of ${name} again, which ends the present one, and the host of ${name} is ${own}`,
        remedy: `if it is a typing error, write \`host: ${issuer.host}\`; if both are names of one host, set managers.${name}.host to ${JSON.stringify(host)}`,
        address: lowerManagerAddress(manager, host),
        position: lower?.position,
      } as const,
    ];
  });
}

/** The lower managers whose initial secret is issued on another declared manager. */
export function issuesElsewhere(
  operations: readonly Operation[],
): readonly { readonly manager: string; readonly host: string; readonly issuer: string }[] {
  return operations.flatMap((operation) => {
    if (operation.type !== "put-lower-manager" || operation.issue_on === undefined) return [];
    const { manager, host, issue_on: issuer } = operation;
    return [{ manager, host, issuer }];
  });
}

/** A short and a full name may belong to one host, and an IP address, the default of `host`, shows no name. */
export function mayBeOneHost(own: string, host: string): boolean {
  if (/^[\d.]+$|:/.test(own) || own === "localhost") return true;
  const [label, ownLabel] = [host, own].map((name) => name.toLowerCase().split(".")[0]);
  const isShort = !host.includes(".") || !own.includes(".");
  return host.toLowerCase() === own.toLowerCase() || (isShort && label === ownLabel);
}
