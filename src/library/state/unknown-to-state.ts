import { isOwnedKey } from "../../engine/plan/check-targets";
import { managerOf } from "../../model/address";
import { changesThat } from "../../model/agent-spans";
import type { Diagnostic } from "../../model/diagnostic";
import type { Plan } from "../../model/plan";
import { suggest } from "../../model/shell-command";
import { IMPORTED, type StateRecord, type StateView } from "../../state/port";
import { hiddenStateNote } from "./locate-state";

/** The most addresses that a diagnostic names. */
const NAMED = 3;

/**
 * Refuses managers that have declared resources although the state records no write to them. The right state would
 * show them as ours; without it an apply would issue their initial secrets again and overwrite every value. An import
 * of some resources does not change this, because the state then knows only those. A manager without any declared
 * resource has nothing to lose.
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

/**
 * Whether the state has records of a manager that an apply wrote, and not only imports. Reads no more than necessary.
 */
function isAppliedManager(name: string, state: StateView): boolean {
  for (const record of state.records()) if (record.manager === name && isApplied(record, state)) return true;
  return false;
}

function isApplied(record: StateRecord, state: StateView): boolean {
  switch (record.kind) {
    // An import also records the manager.
    case "manager":
      return false;
    case "agent":
      // Only an apply leaves a digest. This check avoids parsing the agent's fingerprints.
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

/** Declared resources that exist although the state has no record of their writer. */
export function declaredAndThere({ changes, blocked, kept }: Plan): string[] {
  return [
    ...changesThat(changes, ({ reason }) => reason === "unverified" || reason === "adopted"),
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
      "if the state was lost: `jp1im state push BACKUP` restores a backup of it",
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
