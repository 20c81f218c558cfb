import { type Diagnostic, type DiagnosticError, failure } from "../model/diagnostic";
import type { StateIdentity } from "./state-identity";
import type { Storage } from "./storage";

/** Whether a run with this key may create a part of the state. A run without a key writes nothing that needs one. */
export function mayBegin(identity: StateIdentity | undefined, keyId: string | undefined): boolean {
  return identity?.keyId === undefined || keyId === undefined || identity.keyId === keyId;
}

/** The error if the state's key changed while the run waited for its locks, so that its earlier reads are outdated. */
export function rekeyedDuringRun({ location }: Pick<Storage, "location">): DiagnosticError {
  return failure({
    code: "state-key",
    summary: `the state in ${location} was given another key while this run waited for its lock`,
    remedy: "run the command again, with the new key if you gave one",
  });
}

export interface ReplacedKey {
  /** IDs of the replaced key and of the run's key, if they are known. */
  readonly from: string | undefined;
  readonly to: string | undefined;
}

/** The error if a part of the state would get another key than the rest. `managers`: the managers of the rest. */
export function leftUnderFormerKey(
  { location }: Pick<Storage, "location">,
  managers: readonly string[],
  { from, to }: ReplacedKey,
): DiagnosticError {
  const names = [...managers].sort().join(", ");
  return failure({
    code: "state-key",
    summary: `the state of ${names} in ${location} is under the key ${from}, and would stay so: this run works under the key ${to}, and not on all managers`,
    remedy:
      "provide the key that the state is under, as JP1IM_STATE_KEY or in its key file; if it is lost, run `jp1im apply --new-state` for all managers at once, after `jp1im state rm MANAGER` of those that are no longer declared",
  });
}

/**
 * The error if the state's note and the parts of these managers are under different keys, because a rekey was
 * interrupted, or is still running (`isAtWork`).
 */
export function interruptedRekey(
  { location }: Pick<Storage, "location">,
  managers: readonly string[],
  isAtWork = false,
): DiagnosticError {
  const what = isAtWork ? "the state is being rekeyed" : "a rekey of the state was interrupted";
  return failure({
    code: "state-key",
    summary: `${what}: ${location} names another key than the one that the state of ${managers.join(", ")} is under`,
    remedy: isAtWork ? `wait until that run has ended; if it is gone, ${FINISH}` : FINISH,
  });
}

const FINISH =
  "finish it: `jp1im state rekey`, with the former key and the new one as before, also where an interrupted `jp1im state push --force` left the two keys; if either is lost, run `jp1im apply --new-state` for all managers at once with the one that is left";

/** Whether a rekey of these managers is still running. */
export async function isBeingRekeyed(storage: Storage, managers: Iterable<string>): Promise<boolean> {
  for (const manager of managers) {
    const holder = await storage.holder(manager);
    if (holder?.command === "state rekey" && !storage.isGone(holder)) return true;
  }
  return false;
}

/** The warning of a plan that an apply replaces the state's key. */
export function keyIsReplaced(
  { location }: Pick<Storage, "location">,
  { from, to }: ReplacedKey,
): Diagnostic {
  return {
    code: "state-key",
    severity: "warning",
    summary: `--new-state replaces the key of the state in ${location}: ${from} by ${to}`,
    remedy: "if the former key is not lost, do not go on, and provide it",
  };
}

export interface RunWithKey {
  readonly storage: Pick<Storage, "location">;
  /** The process was given no key, so its key is a new one. */
  readonly isNewKey?: boolean | undefined;
}

/**
 * The error if a run would write under another key than the state's. `managers`: whose parts are under the state's
 * key; absent for all.
 */
export function stateUnderOtherKey(
  { storage, isNewKey = false }: RunWithKey,
  managers: readonly string[] = [],
): DiagnosticError {
  const part = managers.length === 0 ? "" : ` of ${[...managers].sort().join(", ")}`;
  return failure({
    code: "state-key",
    summary: `the state${part} in ${storage.location} was written under ${isNewKey ? "a key, and this process was given none" : "another key than the one of this process"}`,
    remedy:
      "provide the key that the state was written under, for every run: set JP1IM_STATE_KEY, or copy the key file `state.key` of a machine that has it; where `jp1im state rekey` was interrupted, run it again; if the key is lost, run `jp1im apply --new-state` once with the new one",
  });
}
