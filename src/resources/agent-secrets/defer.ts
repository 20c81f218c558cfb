/** The deferred changes to the secrets of an agent that is visible only after its lower manager is added. */
import { secretAddressOn } from "../../model/address";
import type { DeferredChange } from "../../model/change";
import type { KeyFingerprints } from "../../state/port";
import type { Pruner } from "../prune";
import type { DesiredAgentSecrets } from "./agent-inputs";

export interface UnseenAgentInputs {
  readonly address: string;
  /** The secrets that are declared for it by host. */
  readonly desired: DesiredAgentSecrets;
  /** What the state holds of it. */
  readonly owned: KeyFingerprints;
  readonly pruner: Pruner;
  /** Address of the change that it waits for. */
  readonly after: string;
  readonly inScope: (key: string) => boolean;
  /** Whether a selector may give the key, which is known once the agent is visible. */
  readonly mayBeGiven: (key: string) => boolean;
}

/** Writes declared keys, and deletes owned keys that are certainly no longer declared. */
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
      fingerprint,
      source_version: version && !version.isHint ? version.digest : undefined,
    };
  });
  const deleted = [...owned.keys()]
    .filter((key) => inScope(key) && !desired.keys.has(key) && !mayBeGiven(key))
    .filter((key) => pruner.judge(key, true, () => secretAddressOn(address, key)).delete)
    .map((key): DeferredChange => ({ ...secret(key), action: "delete", reason: "undeclared" }));
  return [...written, ...deleted];
}
