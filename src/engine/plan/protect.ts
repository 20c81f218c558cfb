import { type Addressed, managerOf, parseAddress } from "../../model/address";
import { changesBeside } from "../../model/agent-spans";
import type { Change } from "../../model/change";
import type { DesiredManager } from "../../model/desired-state";
import type { Diagnostic } from "../../model/diagnostic";
import { createProtection } from "../../resources/protection";

/**
 * Refuses rotations that `policy.protect` forbids: users of the present secret would lose access. A secret that never
 * reached its sink has no users and may be reissued.
 */
export function checkProtected(
  managers: readonly DesiredManager[],
  changes: readonly Change[],
): Diagnostic[] {
  const reissues = [...changesBeside(changes)].filter(
    ({ action, reason }) => action === "replace" && reason !== "undelivered",
  );
  return managers.flatMap((manager) => {
    const protection = createProtection(manager.policy.protect);
    return reissues
      .filter(({ address }) => managerOf(address) === manager.name)
      .flatMap(({ address }) => {
        const pattern = protection.patternOf(nameOf(parseAddress(address)), () => address);
        return pattern === undefined ? [] : [refusal(manager, address, pattern)];
      });
  });
}

function nameOf(addressed: Addressed | undefined): string | undefined {
  return addressed?.kind === "client" ? addressed.id : undefined;
}

function refusal({ name, position }: DesiredManager, address: string, pattern: string): Diagnostic {
  return {
    code: "policy-refused",
    severity: "error",
    summary: `the plan would issue ${address} again, which policy.protect forbids with ${JSON.stringify(pattern)}`,
    remedy: `if this is meant, take the pattern out of managers.${name}.policy.protect for this change; if not, undo what asks for it`,
    address,
    position,
  };
}
