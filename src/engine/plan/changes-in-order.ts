import { type AgentSpan, noteAgentSpans } from "../../model/agent-spans";
import type { Change } from "../../model/change";
import type { UnitPlan } from "../../resources/unit-plan";

/** The changes of one unit. */
export type UnitChanges = Pick<UnitPlan, "changes" | "secrets">;

/**
 * The changes of all units, sorted by address. Units are sorted, and not a million changes: the addresses of an
 * agent's secrets have no other address between them.
 */
export function changesInOrder(units: readonly UnitChanges[]): readonly Change[] {
  const sorted = units
    .filter(({ changes }) => changes.length > 0)
    .map((unit) => (unit.secrets ? unit : { changes: [...unit.changes].sort(byAddress) }))
    .sort((a, b) => byAddress(a.changes[0] as Change, b.changes[0] as Change));
  const [changes, spans]: [Change[], AgentSpan[]] = [[], []];
  let isInOrder = true;
  for (const { changes: own, secrets } of sorted) {
    const [last, first] = [changes.at(-1), own[0]];
    if (last && first && last.address >= first.address) isInOrder = false;
    if (secrets) spans.push({ ...secrets, start: changes.length });
    for (const change of own) changes.push(change);
  }
  if (!isInOrder) return changes.sort(byAddress);
  noteAgentSpans(changes, spans);
  return changes;
}

/** The changes of a unit at other addresses. */
export function without(unit: UnitChanges, addresses: ReadonlySet<string>): UnitChanges {
  const { changes, secrets } = unit;
  const isLeft = changes.map(({ address }) => !addresses.has(address));
  return {
    changes: changes.filter((_, index) => isLeft[index]),
    secrets: secrets && { ...secrets, keys: secrets.keys.filter((_, index) => isLeft[index]) },
  };
}

function byAddress(a: Change, b: Change): number {
  return a.address < b.address ? -1 : a.address > b.address ? 1 : 0;
}
