import type { Change } from "../../src/model/change";
import type { ChangeOutcome } from "../../src/model/outcome";
import { countApplied, notableOutcomes, outcomeList } from "../../src/model/outcome-list";

const change = (address: string, action: Change["action"], reason: Change["reason"]): Change => ({
  ...{ address, kind: "client", action, reason },
});

test("a list of outcomes counts what was applied, and no change that failed or was not tried", () => {
  const changes = [
    change("tokyo/client/a", "create", "missing"),
    change("tokyo/client/b", "create", "missing"),
    change("tokyo/client/c", "create", "missing"),
    change("tokyo/client/d", "delete", "undeclared"),
  ];
  const outcome = (index: number, more: Pick<ChangeOutcome, "status" | "delivered_to">): ChangeOutcome => {
    const { address = "", action = "create" } = changes[index] ?? {};
    return { address, action, ...more };
  };
  const others = new Map([
    [3, outcome(3, { status: "skipped" })],
    [1, outcome(1, { status: "failed" })],
    [0, outcome(0, { status: "applied", delivered_to: "file out/a" })],
  ]);
  const list = outcomeList(changes, others);
  expect(countApplied(list)).toEqual({ create: 2, update: 0, replace: 0, delete: 0, forget: 0, "no-op": 0 });
  // A copy of the list is counted one by one.
  expect(countApplied([...list])).toEqual(countApplied(list));
  expect(notableOutcomes(list)).toEqual([others.get(0), others.get(1), others.get(3)]);
  expect(notableOutcomes([...list])).toEqual(notableOutcomes(list));
});
