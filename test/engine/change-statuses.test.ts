import fc from "fast-check";
import { ChangeStatuses } from "../../src/engine/apply/change-statuses";
import { secretAddressOn } from "../../src/model/address";
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

test("what is said of an agent's key is said of its address, wherever the list has it", () => {
  const agents = fc.constantFrom("tokyo/agent/m/a", "tokyo/agent/m/b");
  const secret = fc.tuple(agents, fc.constantFrom("k", "k-1", "l/m", "n%"));
  fc.assert(
    fc.property(
      fc.array(secret),
      fc.array(fc.tuple(secret, status)),
      fc.boolean(),
      (planned, said, isSorted) => {
        const addresses = planned.map(([agent, key]) => secretAddressOn(agent, key));
        const changes = (isSorted ? [...addresses].sort() : addresses).map(changeAt);
        const statuses = new ChangeStatuses(changes);
        for (const [[agent, key], what] of said) statuses.setOn(agent, [key], what, 0);
        const expected = new Map(said.map(([[agent, key], what]) => [secretAddressOn(agent, key), what]));
        for (const [at, what] of expected) expect(statuses.get(at)).toBe(what);
        changes.forEach(({ address }, index) => {
          expect(statuses.at(index).status).toBe(expected.get(address));
        });
        for (const each of addresses)
          for (const index of statuses.indexesOf(each)) expect(changes[index]?.address).toBe(each);
      },
    ),
  );
});
