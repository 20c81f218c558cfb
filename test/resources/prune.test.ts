import type { Policy } from "../../src/model/desired-state";
import { createPruner, KeptCollector } from "../../src/resources/prune";

const judge = (prune: Policy["prune"], owned: boolean, name = "key") => {
  const verdict = createPruner({ prune, protect: ["safe.*", "exact", "*/client/prod-*"] }, (each) =>
    each.startsWith("immgr."),
  ).judge(name, owned, () => `tokyo/client/${name}`);
  return verdict.delete ? `delete ${verdict.reason}` : verdict.kept;
};

test.each([
  ["owned", true, "key", "delete undeclared"],
  ["owned", false, "key", "not-ours"],
  ["all", true, "key", "delete undeclared"],
  ["all", false, "key", "delete foreign"],
  ["none", true, "key", "prune-none"],
  ["none", false, "key", "prune-none"],
  ["all", true, "safe.key", "protected"],
  ["all", false, "exact", "protected"],
  ["all", false, "exactly", "delete foreign"],
  ["all", true, "prod-web", "protected"],
  ["all", true, "test-prod-web", "delete undeclared"],
  ["all", true, "immgr.proxyPassword", "reserved"],
  ["owned", true, "immgr.proxyPassword", "reserved"],
  ["none", true, "immgr.proxyPassword", "reserved"],
] as const)("under `prune: %s`, owned %s, %s: %s", (prune, owned, name, expected) => {
  expect(judge(prune, owned, name)).toBe(expected);
});

test("what stays is counted by reason, and the first few names are shown in their order", () => {
  const kept = new KeptCollector();
  for (const name of ["f", "e", "d", "c", "b", "a"]) kept.add("not-ours", name);
  kept.add("protected", "x");
  expect(kept.list("tokyo/client")).toEqual([
    { address: "tokyo/client", reason: "not-ours", count: 6, names: ["a", "b", "c", "d", "e"] },
    { address: "tokyo/client", reason: "protected", count: 1, names: ["x"] },
  ]);
});
