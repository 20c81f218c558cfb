/** The outcomes of a plan's changes, which may be a million, and of which nearly all were applied. */
import { countActions } from "./agent-spans";
import type { Action, Change } from "./change";
import { elementsOf, lazyList } from "./lazy-list";
import type { ChangeOutcome } from "./outcome";

type Counts = Readonly<Record<Action, number>>;

interface KnownOutcomes {
  readonly notable: readonly ChangeOutcome[];
  readonly applied: Counts;
}

const knownOutcomes = new WeakMap<readonly ChangeOutcome[], KnownOutcomes>();

/** The outcome of each change: it was applied, and there is no more to say, if `others` has nothing at its index. */
export function outcomeList(
  changes: readonly Change[],
  others: ReadonlyMap<number, ChangeOutcome>,
): readonly ChangeOutcome[] {
  const changeAt = elementsOf(changes);
  const outcomes = lazyList(changes.length, (index): ChangeOutcome => {
    const other = others.get(index);
    if (other) return other;
    const { address, action } = changeAt(index);
    return { address, action, status: "applied" };
  });
  const notable = [...others].sort(([a], [b]) => a - b).map(([, outcome]) => outcome);
  const applied = { ...countActions(changes) };
  for (const { action, status } of notable) if (status !== "applied") applied[action]--;
  knownOutcomes.set(outcomes, { notable, applied });
  return outcomes;
}

/** The outcomes that say more than that a change was applied. */
export function notableOutcomes(outcomes: readonly ChangeOutcome[]): readonly ChangeOutcome[] {
  return knownOutcomes.get(outcomes)?.notable ?? outcomes.filter(isNotable);
}

/** The number of applied changes, by action. */
export function countApplied(outcomes: readonly ChangeOutcome[]): Counts {
  const known = knownOutcomes.get(outcomes);
  if (known) return known.applied;
  const counts = { create: 0, update: 0, replace: 0, delete: 0, forget: 0, "no-op": 0 };
  for (const { action, status } of outcomes) if (status === "applied") counts[action]++;
  return counts;
}

function isNotable({ status, delivered_to, effects }: ChangeOutcome): boolean {
  return status !== "applied" || delivered_to !== undefined || effects !== undefined;
}
