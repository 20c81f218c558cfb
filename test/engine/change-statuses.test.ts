import fc from "fast-check";
import { ChangeStatuses } from "../../src/engine/apply/change-statuses";
import type { Change } from "../../src/model/change";
import type { ChangeStatus } from "../../src/model/outcome";

const changeAt = (address: string): Change => ({
  address,
  kind: "secret",
  action: "create",
  reason: "missing",
});
const address = fc.string({ unit: fc.constantFrom("a", "b", "/", "-"), maxLength: 4 });
const status = fc.constantFrom<ChangeStatus>("applied", "failed", "skipped");

test("it tells of each address what was said of it last, also of addresses that the plan holds twice, or not", () => {
  fc.assert(
    fc.property(
      fc.array(address),
      fc.array(fc.tuple(address, status)),
      fc.boolean(),
      (planned, said, isSorted) => {
        const statuses = new ChangeStatuses((isSorted ? [...planned].sort() : planned).map(changeAt));
        const expected = new Map(said);
        for (const [at, what] of said) statuses.set(at, what);
        for (const at of [...planned, ...expected.keys()]) expect(statuses.get(at)).toBe(expected.get(at));
      },
    ),
  );
});

test("a change is found by its address", () => {
  const changes = ["a", "b", "d"].map(changeAt);
  const statuses = new ChangeStatuses(changes);
  expect(["b", "d", "a"].map((at) => statuses.changeAt(at))).toEqual([changes[1], changes[2], changes[0]]);
  expect(["", "c", "e"].map((at) => statuses.changeAt(at))).toEqual([undefined, undefined, undefined]);
});
