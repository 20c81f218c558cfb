import fc from "fast-check";
import { changesInOrder } from "../../src/engine/plan/changes-in-order";
import { parseAddress, secretAddressOn } from "../../src/model/address";
import {
  type AgentSpan,
  agentSpans,
  changesBeside,
  changesOfAgent,
  changesThat,
  countActions,
  isKnownAsSorted,
  managersOfChanges,
  type SharedChange,
} from "../../src/model/agent-spans";
import type { Change } from "../../src/model/change";

const changeAt = (address: string, kind: Change["kind"]): Change => ({
  ...{ address, kind, action: "create", reason: "missing" },
});
const byAddress = (a: { address: string }, b: { address: string }) => (a.address < b.address ? -1 : 1);
const key = fc.stringMatching(/^[ab/%-]{1,3}$/);

const created: SharedChange = { kind: "secret", action: "create", reason: "missing" };
const deleted: SharedChange = { kind: "secret", action: "delete", reason: "undeclared" };

const agentUnit = (agent: string, keys: readonly string[]): readonly Change[] => {
  const own = keys.map((each) => ({ key: each, address: secretAddressOn(agent, each) })).sort(byAddress);
  const secrets = own.map(({ key: each }) => (each.startsWith("a") ? created : deleted));
  return changesOfAgent({ agent, keys: own.map((each) => each.key), secrets }, (index) => ({
    address: own[index]?.address ?? "",
    ...(secrets[index] ?? created),
  }));
};
const agents = fc
  .uniqueArray(
    fc.constantFrom("osaka/agent/m/a", "tokyo/agent/m/a", "tokyo/agent/m/a-1", "tokyo/agent/m-1/a"),
  )
  .chain((names) =>
    fc.tuple(
      ...names.map((name) => fc.uniqueArray(key, { maxLength: 4 }).map((keys) => agentUnit(name, keys))),
    ),
  );
const others = fc
  .uniqueArray(
    fc.constantFrom("osaka/client/a", "tokyo/client/b", "tokyo/client/c", "osaka/initial-secret", "tokyo"),
  )
  .map((addresses) => addresses.map((address) => changeAt(address, "client")));
const units = fc
  .tuple(agents, fc.array(others, { maxLength: 2 }))
  .map(([own, rest]): (readonly Change[])[] => [...own, ...rest]);

test("the changes of all units are sorted by address, whichever order the units come in", () => {
  fc.assert(
    fc.property(units, (given) => {
      const sorted = given.flat().map(({ address }) => address);
      expect(changesInOrder(given).map(({ address }) => address)).toEqual(sorted.sort());
    }),
  );
});

test("what is known of a plan's agents is what its addresses say", () => {
  fc.assert(
    fc.property(units, (given) => {
      const changes = changesInOrder(given);
      expect(agentSpans(changes).map(withoutAddresses)).toEqual(
        agentSpans([...changes]).map(withoutAddresses),
      );
      const secrets = agentSpans(changes).flatMap(({ agent, start, keys }) =>
        keys.map((each, index) => [start + index, secretAddressOn(agent, each)]),
      );
      const expected = changes.flatMap(({ address, kind }, index) =>
        kind === "secret" ? [[index, address]] : [],
      );
      expect(secrets).toEqual(expected);
      expect([...changesBeside(changes)]).toEqual(changes.filter(({ kind }) => kind !== "secret"));
    }),
  );
});

test("a list that was not made here is read by its addresses, also where two agents or wrong addresses are mixed", () => {
  const address = fc.oneof(
    fc
      .tuple(fc.constantFrom("tokyo/agent/m/a", "tokyo/agent/m/b"), key)
      .map(([a, k]) => secretAddressOn(a, k)),
    fc.constantFrom("tokyo/client/a", "", "tokyo/agent/m/a/secret/%", "tokyo/agent/m/a/secret/", "/"),
  );
  fc.assert(
    fc.property(fc.array(address), (addresses) => {
      const changes = addresses.map((each) => changeAt(each, "secret"));
      const found = agentSpans(changes).flatMap(({ agent, keys }) =>
        keys.map((each) => secretAddressOn(agent, each)),
      );
      expect(found).toEqual(addresses.filter((each) => parseAddress(each)?.kind === "secret"));
      expect(isKnownAsSorted(changes)).toBe(false);
    }),
  );
});

function withoutAddresses({ secrets, ...span }: AgentSpan): AgentSpan {
  return { ...span, secrets: secrets.map(({ kind, action, reason }) => ({ kind, action, reason })) };
}

test("changes are found and counted as if each was looked at", () => {
  fc.assert(
    fc.property(units, (given) => {
      const changes = changesInOrder(given);
      const isDeleted = ({ action }: SharedChange) => action === "delete";
      expect([...changesThat(changes, isDeleted)]).toEqual([...changes].filter(isDeleted));
      expect(countActions(changes)).toMatchObject({
        create: [...changes].filter(({ action }) => action === "create").length,
        delete: [...changes].filter(isDeleted).length,
        update: 0,
      });
    }),
  );
});

test("the managers of changes are those of the accepted ones", () => {
  const changes = changesInOrder([
    agentUnit("osaka/agent/m/a", ["a"]),
    agentUnit("tokyo/agent/m/a", ["a"]),
    [changeAt("nagoya/client/a", "client")],
  ]);
  expect([...managersOfChanges(changes)].sort()).toEqual(["nagoya", "osaka", "tokyo"]);
  expect([...managersOfChanges(changes, ({ kind }) => kind === "client")]).toEqual(["nagoya"]);
  expect([...managersOfChanges(changes, ({ kind }) => kind === "secret")].sort()).toEqual(["osaka", "tokyo"]);
});
