import { isKnownAsSorted, joinedChanges } from "../../model/agent-spans";
import type { Change } from "../../model/change";

/**
 * The changes of all units, sorted by address. Units are sorted, and not a million changes: the addresses of an
 * agent's secrets have no other address between them.
 */
export function changesInOrder(units: readonly (readonly Change[])[]): readonly Change[] {
  const sorted = units
    .filter(({ length }) => length > 0)
    .map((changes) => (isKnownAsSorted(changes) ? changes : [...changes].sort(byAddress)))
    .map((changes) => ({
      changes,
      first: addressAt(changes, 0),
      last: addressAt(changes, changes.length - 1),
    }))
    .sort((a, b) => (a.first < b.first ? -1 : a.first > b.first ? 1 : 0));
  const isInOrder = sorted.every(({ first }, index) => first > (sorted[index - 1]?.last ?? ""));
  const lists = sorted.map(({ changes }) => changes);
  return isInOrder ? joinedChanges(lists) : lists.flat().sort(byAddress);
}

function addressAt(changes: readonly Change[], index: number): string {
  return changes[index]?.address ?? "";
}

function byAddress(a: Change, b: Change): number {
  return a.address < b.address ? -1 : a.address > b.address ? 1 : 0;
}
