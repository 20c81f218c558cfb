import { isOwnedKey } from "../../engine/plan/check-targets";
import { managerOf } from "../../model/address";
import type { Diagnostic } from "../../model/diagnostic";
import type { Plan } from "../../model/plan";
import { suggest } from "../../model/shell-command";
import { IMPORTED, type StateRecord, type StateView } from "../../state/port";
import { hiddenStateNote } from "./locate-state";

/** Addresses that a diagnostic names, at most. */
const NAMED = 3;

/**
 * Refusals of managers to which, by the state, nothing was ever written, although something that is declared for them is
 * there already. With the right state that would be ours; without one an apply would issue their initial secrets anew and
 * overwrite every value. An import of some of it changes nothing about that: only what was imported is known. Where nothing
 * declared is there yet, there is nothing to lose.
 */
export function unknownToState(plan: Plan, state: StateView): Diagnostic[] {
  const there = new Map<string, string[]>();
  const applied = new Map<string, boolean>();
  for (const address of declaredAndThere(plan)) {
    const manager = managerOf(address);
    const isKnown = applied.get(manager) ?? isAppliedManager(manager, state);
    applied.set(manager, isKnown);
    if (isKnown || isRecorded(address, state)) continue;
    const known = there.get(manager);
    if (known) known.push(address);
    else there.set(manager, [address]);
  }
  return [...there]
    .sort()
    .map(([manager, addresses]) =>
      noState(manager, addresses, { location: plan.state.location, isImported: isOwner(manager, state) }),
    );
}

/** Whether the state has anything of the manager at all. */
function isOwner(name: string, state: StateView): boolean {
  for (const { manager, kind } of state.records()) if (manager === name && kind !== "manager") return true;
  return false;
}

/** Whether the state holds more of a manager than what was imported, and so what an apply wrote. Reads no more than it has to. */
function isAppliedManager(name: string, state: StateView): boolean {
  for (const record of state.records()) if (record.manager === name && isApplied(record, state)) return true;
  return false;
}

function isApplied(record: StateRecord, state: StateView): boolean {
  switch (record.kind) {
    // An import records the manager, too.
    case "manager":
      return false;
    case "agent":
      // Only an apply leaves a digest; to look for one spares parsing the agent's fingerprints.
      if (record.digest !== undefined) return true;
      return [...state.fingerprints(record.address).values()].some((entry) => entry !== IMPORTED);
    case "lower-manager":
      return record.fingerprint !== IMPORTED;
    case "client":
    case "initial-secret":
      return record.status !== "imported";
    case "rebuild":
      return true;
  }
}

function isRecorded(address: string, state: StateView): boolean {
  return state.record(address) !== undefined || isOwnedKey(address, state);
}

/** What a plan says of declared things that nobody knows the writer of. */
export function declaredAndThere({ changes, blocked, kept }: Plan): string[] {
  return [
    ...changes.filter(({ reason }) => reason === "unverified" || reason === "adopted"),
    ...blocked.filter(({ code }) => code === "not-ours"),
    ...kept.filter(({ reason }) => reason === "unverified-keep"),
  ].map(({ address }) => address);
}

function noState(
  manager: string,
  addresses: readonly string[],
  { location, isImported }: { readonly location: string; readonly isImported: boolean },
): Diagnostic {
  const named = addresses.slice(0, NAMED).join(", ");
  const more = addresses.length > NAMED ? ` and ${addresses.length - NAMED} more` : "";
  return {
    code: "no-state",
    severity: "error",
    summary: `the state in ${location} knows ${isImported ? `only what was imported of ${manager}` : `nothing of ${manager}`}, and what is declared exists there already: ${named}${more}`,
    remedy: [
      `if ${manager} was applied with another state, name that: \`--state PATH\`, or the same first \`-f\`${hiddenStateNote(location)}`,
      "if the state was lost: `jp1im state push BACKUP` puts a backup of it back",
      ...(isRemote(location)
        ? ["if it was kept in a local folder so far: `jp1im state migrate .jp1im` copies it to its new place"]
        : []),
      `${suggest("import", manager)} records what exists, and sends nothing that writes; the next apply then writes every value that its source gives`,
      "`--new-state` goes on without a record: every declared value is written, initial secrets are issued again, and clients that exist stay blocked",
    ].join("\n"),
    address: manager,
  };
}

/** A local place is named by its path. */
function isRemote(location: string): boolean {
  return /^(git\+|[a-z]+:\/\/)/.test(location);
}
