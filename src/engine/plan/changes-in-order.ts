import { secretAddressOn } from "../../model/address";
import { agentSpans, isKnownAsSorted, joinedChanges } from "../../model/agent-spans";
import type { Change } from "../../model/change";

/**
 * The changes of all units, sorted by address. Units are sorted, and not a million changes: the addresses of an
 * agent's secrets have no other address between them.
 */
export function changesInOrder(units: readonly (readonly Change[])[]): readonly Change[] {
  const sorted = units
    .filter(({ length }) => length > 0)
    .map((changes) => (isKnownAsSorted(changes) ? changes : [...changes].sort(byAddress)))
    .map((changes) => ({ changes, ...endsOf(changes) }))
    .sort((a, b) => (a.first < b.first ? -1 : a.first > b.first ? 1 : 0));
  const isInOrder = sorted.every(({ first }, index) => first > (sorted[index - 1]?.last ?? ""));
  const lists = sorted.map(({ changes }) => changes);
  return isInOrder ? joinedChanges(lists) : lists.flat().sort(byAddress);
}

/** The first and the last address. Making the changes of an agent would take the fingerprints of their values. */
function endsOf(changes: readonly Change[]): { readonly first: string; readonly last: string } {
  const [{ agent, keys } = { agent: "", keys: [] }] = agentSpans(changes);
  if (keys.length < changes.length)
    return { first: changes[0]?.address ?? "", last: changes.at(-1)?.address ?? "" };
  return { first: secretAddressOn(agent, keys[0] ?? ""), last: secretAddressOn(agent, keys.at(-1) ?? "") };
}

function byAddress(a: Change, b: Change): number {
  return a.address < b.address ? -1 : a.address > b.address ? 1 : 0;
}
