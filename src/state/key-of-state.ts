import { type DiagnosticError, failure } from "../model/diagnostic";
import type { StateIdentity } from "./state-identity";
import type { Storage } from "./storage";

/** Whether a run with this key may begin a part of a state. One without a key makes nothing that needs one. */
export function mayBegin(identity: StateIdentity | undefined, keyId: string | undefined): boolean {
  return identity?.keyId === undefined || keyId === undefined || identity.keyId === keyId;
}

/** The state's key changed while the run waited for its locks: what it found out before is of no use. */
export function rekeyedMeanwhile({ location }: Pick<Storage, "location">): DiagnosticError {
  return failure({
    code: "state-key",
    summary: `the state in ${location} was given another key while this run waited for its lock`,
    remedy: "run the command again, with the new key where you hand one in",
  });
}

/** The refusal to write under another key than the state's own. `managers`: whose parts are under that one; absent for all. */
export function underAnotherKey(
  { location }: Pick<Storage, "location">,
  managers: readonly string[] = [],
): DiagnosticError {
  const part = managers.length === 0 ? "" : ` of ${[...managers].sort().join(", ")}`;
  return failure({
    code: "state-key",
    summary: `the state${part} in ${location} was written under another key than the one of this process, or this process has none`,
    remedy:
      "set the same JP1IM_STATE_KEY, the key that the state was written under, for every run; where `jp1im state rekey` was interrupted, run it again; if the key is lost, run `jp1im apply --new-state` once with the new one",
  });
}
