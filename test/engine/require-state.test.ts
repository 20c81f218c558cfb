import type { ApplyContext } from "../../src/engine/context";
import { requireState } from "../../src/engine/saved-plan/require-state";
import type { SavedPlanRecord } from "../../src/state/port";
import { planOf } from "../report/plans";

type Status = SavedPlanRecord["status"];

/** What the state knows of a saved plan over two managers, by the status that each has. */
function statusOf(...known: (Status | undefined)[]): Status | undefined {
  const names = known.map((_, index) => `m${index}`);
  const records = new Map(names.map((name, index) => [name, known[index]]));
  const plans = (name: string) => {
    const status = records.get(name);
    return status ? [{ id: "p", status, from: 0, at: "2026-01-02T03:04:05Z" }] : [];
  };
  const state = { plans, lineage: "l1", serial: () => 7 };
  const context = { state, fingerprints: {}, stateLocation: ".jp1im" } as unknown as ApplyContext;
  const serials = Object.fromEntries(names.map((name) => [name, 7]));
  return requireState(context, planOf({ state: { location: "", lineage: "l1", serials } }), "p")?.status;
}

test.each([
  [[undefined, undefined], undefined],
  [["applying", "applying"], "applying"],
  [["applying", undefined], "applying"],
  [["applied", "applying"], "applying"],
  [["applied", undefined], "applying"],
] as const)("a saved plan that two managers know as %j is %s", (known, status) => {
  expect(statusOf(...known)).toBe(status);
});

test.each([
  [["applied", "applied"], "it was applied at"],
  [["applied", "superseded"], "another run has written to the state since"],
] as const)("a saved plan that two managers know as %j is refused", (known, why) => {
  expect(() => statusOf(...known)).toThrow(why);
});
