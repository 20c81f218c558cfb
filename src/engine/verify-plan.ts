import type { Change, Operation, Plan } from "../model/plan";

/** The first few differences are enough to see why a plan is stale. */
const SHOWN = 10;

/**
 * What a saved plan would do otherwise today, in words; empty when planning again gave the same changes and the same
 * requests with the same preconditions. Changes of other resources than the plan's do not count.
 */
export function comparePlans(saved: Plan, now: Plan): string[] {
  const reasons = [
    ...differences(saved.changes, now.changes, ({ address }: Change) => address),
    ...differences(saved.operations, now.operations, ({ id }: Operation) => id),
  ];
  if (reasons.length <= SHOWN) return reasons;
  return [...reasons.slice(0, SHOWN), `and ${reasons.length - SHOWN} more differences`];
}

function differences<T>(saved: readonly T[], now: readonly T[], nameOf: (item: T) => string): string[] {
  const today = new Map(now.map((item) => [nameOf(item), item]));
  return saved.flatMap((item) => {
    const name = nameOf(item);
    const other = today.get(name);
    if (other === undefined) return [`${name} is not needed any more`];
    return JSON.stringify(item) === JSON.stringify(other) ? [] : [`${name} would be another change now`];
  });
}
