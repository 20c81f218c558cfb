/** The secrets of an agent that cannot be seen before its lower manager is added: what will be done to them then. */
import { secretAddressOn } from "../../model/address";
import type { DeferredChange } from "../../model/change";
import type { KeyFingerprints } from "../../state/port";
import type { Pruner } from "../prune";
import type { DesiredAgentSecrets } from "./plan";

export interface UnseenAgentInputs {
  readonly address: string;
  /** What is declared for it by host. */
  readonly desired: DesiredAgentSecrets;
  /** What the state holds of it. */
  readonly owned: KeyFingerprints;
  readonly pruner: Pruner;
  /** Address of the change that it waits for. */
  readonly after: string;
  readonly inScope: (key: string) => boolean;
  /** Whether a selector may give the key, which shows once the agent does. */
  readonly mayBeGiven: (key: string) => boolean;
}

/** Declared keys are written, and keys of ours that nothing declares any more are deleted, as far as that is known. */
export function deferAgentSecrets(inputs: UnseenAgentInputs): DeferredChange[] {
  const { address, desired, owned, pruner, after, inScope, mayBeGiven } = inputs;
  const secret = (key: string) =>
    ({ address: secretAddressOn(address, key), kind: "secret", after }) as const;
  const written = [...desired.keys].filter(inScope).map((key): DeferredChange => {
    const [fingerprint, version] = [desired.fingerprint(key), desired.versions?.of(key)];
    return {
      ...secret(key),
      action: "write",
      reason: "declared",
      ...(fingerprint !== undefined && { fingerprint }),
      ...(version && !version.isHint && { source_version: version.digest }),
    };
  });
  const deleted = [...owned.keys()]
    .filter((key) => inScope(key) && !desired.keys.has(key) && !mayBeGiven(key))
    .filter((key) => pruner.judge(key, true, () => secretAddressOn(address, key)).delete)
    .map((key): DeferredChange => ({ ...secret(key), action: "delete", reason: "undeclared" }));
  return [...written, ...deleted];
}
