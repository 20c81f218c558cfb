import { managerOf } from "../../model/address";
import type { Diagnostic } from "../../model/diagnostic";
import type { Plan } from "../../model/plan";
import { suggest } from "../../model/shell-command";
import type { StateView } from "../../state/port";

/** Addresses that a diagnostic names, at most. */
const NAMED = 3;

/**
 * Refusals of managers that the state knows nothing of, although something that is declared for them is there already.
 * With the right state that would be ours; without one an apply would issue their initial secrets anew and overwrite every
 * value. Where nothing declared is there yet, there is nothing to lose.
 */
export function unknownToState(plan: Plan, state: StateView): Diagnostic[] {
  const known = new Set([...state.records()].map(({ manager }) => manager));
  const there = new Map<string, string[]>();
  for (const address of declaredAndThere(plan)) {
    const manager = managerOf(address);
    if (!known.has(manager)) there.set(manager, [...(there.get(manager) ?? []), address]);
  }
  return [...there].sort().map(([manager, addresses]) => noState(manager, addresses, plan.state.folder));
}

/** What a plan says of declared things that nobody knows the writer of. */
function declaredAndThere({ changes, blocked, kept }: Plan): string[] {
  return [
    ...changes.filter(({ reason }) => reason === "unverified" || reason === "adopted"),
    ...blocked.filter(({ code }) => code === "not-ours"),
    ...kept.filter(({ reason }) => reason === "unverified-keep"),
  ].map(({ address }) => address);
}

function noState(manager: string, addresses: readonly string[], folder: string): Diagnostic {
  const named = addresses.slice(0, NAMED).join(", ");
  const more = addresses.length > NAMED ? ` and ${addresses.length - NAMED} more` : "";
  return {
    code: "no-state",
    severity: "error",
    summary: `the state in ${folder} knows nothing of ${manager}, and what is declared exists there already: ${named}${more}`,
    remedy: [
      `if ${manager} was applied with another state, name that: \`--state PATH\`, or the same first \`-f\``,
      `${suggest("import", manager)} records what exists, and sends nothing that writes; the next apply then writes every value that its source gives`,
      "`--new-state` goes on without a record: every declared value is written, initial secrets are issued again, and clients that exist stay blocked",
    ].join("\n"),
    address: manager,
  };
}
