/** Runs on parts of a fleet: every manager is planned, locked and applied by one of them. */

import { shardOf } from "../../src/engine/shards";
import { applySavedPlan, parsePlan, plan, serialisePlan, shards } from "../../src/index";
import { planText } from "../../src/report/plan-text";
import { Rig } from "../rig/rig";
import { refusalOf } from "../rig/tokyo";

const NAMES = ["akita", "kobe", "nara", "osaka", "tokyo"];

async function fleet(): Promise<Rig> {
  const world = NAMES.map(
    (name) => `  ${name}:
    host: immhost-${name}
    users: { jp1admin: { password: jp1-pass, permission: JP1_Console_Admin } }
    agents: [{ host: web-${name} }]
`,
  );
  const rig = await Rig.create(`apiVersion: jp1im-simulator/v1\nseed: 1\nmanagers:\n${world.join("")}`);
  rig.env.VALUE = "a value";
  const managers = NAMES.map(
    (name) => `  ${name}:
    url: http://${name}.test:20703
    host: immhost-${name}
    auth: { user: jp1admin, password: { env: PASSWORD } }
    agents: [{ match: "web-*", secrets: { k: { env: VALUE } } }]
`,
  );
  await rig.write("jp1im.yaml", `apiVersion: jp1im/v1\nmanagers:\n${managers.join("")}`);
  return rig;
}

const files = ["jp1im.yaml"];
const managersOf = (addresses: readonly { readonly address: string }[]) =>
  [...new Set(addresses.map(({ address }) => address.split("/")[0]))].sort();

test("the shards of a fleet plan each manager once", async () => {
  const rig = await fleet();
  const all = await shards({ files, max: 3 }, rig.platform());
  expect(all.flatMap(({ managers }) => managers).sort()).toEqual(NAMES);
  expect(all.length).toBeGreaterThan(1);
  for (const { shard, managers } of all) {
    const [index = 0, count = 0] = shard.split("/").map(Number);
    const { changes, options, state } = await plan({ files, shard: { index, count } }, rig.platform());
    expect(managersOf(changes)).toEqual(managers);
    expect(Object.keys(state.serials)).toEqual(managers);
    expect(options.shard).toEqual({ index, count });
  }
});

test("no more shards than managers are made, and one that has none has an empty plan", async () => {
  const rig = await fleet();
  const all = await shards({ files, max: 1000 }, rig.platform());
  expect(all.every(({ shard }) => shard.endsWith("/5"))).toBe(true);
  const used = new Set(all.map(({ shard }) => Number(shard.split("/")[0])));
  const empty = [1, 2, 3, 4, 5].find((index) => !used.has(index)) ?? 0;
  expect(empty).toBeGreaterThan(0);
  const { changes, unknown, state } = await plan(
    { files, shard: { index: empty, count: 5 } },
    rig.platform(),
  );
  expect([changes, unknown, state.serials]).toEqual([[], [], {}]);
});

test("saved plans of different shards are applied at the same time", async () => {
  const rig = await fleet();
  const all = await shards({ files, max: 3 }, rig.platform());
  const saved = [];
  for (const { shard } of all) {
    const [index = 0, count = 0] = shard.split("/").map(Number);
    const text = serialisePlan(await plan({ files, shard: { index, count }, save: true }, rig.platform()));
    saved.push(await parsePlan(text, "shard.plan"));
  }
  const locks = new Set<string>();
  rig.files.onCall = ({ path }) => {
    const [, manager] = /\/managers\/([^/]+)\/lock$/.exec(path) ?? [];
    if (manager !== undefined) locks.add(manager);
    return undefined;
  };
  const [first, ...others] = saved;
  if (first === undefined) throw new Error("there are shards");
  await applySavedPlan(first, {}, rig.platform());
  expect([...locks].sort()).toEqual(all[0]?.managers);
  rig.files.onCall = () => undefined;
  const outcomes = await Promise.all(others.map((each) => applySavedPlan(each, {}, rig.platform())));
  expect(outcomes.every(({ summary }) => summary.failed === 0 && summary.applied > 0)).toBe(true);
  expect((await rig.plan()).changes).toEqual([]);
});

test("a manager that is named and in another shard is an error that says which, and not an empty plan", async () => {
  const rig = await fleet();
  const other = { index: (shardOf("tokyo", 3) % 3) + 1, count: 3 };
  const right = `tokyo is in shard ${shardOf("tokyo", 3)}/3`;
  for (const named of [{ managers: ["tokyo"] }, { targets: ["tokyo/agent/web-tokyo"] }]) {
    const scope = { ...named, shard: other };
    for (const run of [() => rig.plan(scope), () => rig.apply(scope)]) {
      const refusal = await refusalOf(run());
      expect(refusal).toMatchObject({
        code: "nothing-matched",
        severity: "error",
        summary: expect.stringContaining(`--shard ${other.index}/3`),
        remedy: expect.stringContaining(right),
      });
    }
  }
  expect(rig.takeWrites()).toEqual([]);
});

test("of several that are named, those in the shard are enough", async () => {
  const rig = await fleet();
  const shard = { index: shardOf("tokyo", 3), count: 3 };
  expect(managersOf((await rig.plan({ managers: NAMES, shard })).changes)).toContain("tokyo");
});

test("a shard without a manager says so", async () => {
  const rig = await fleet();
  const used = NAMES.map((name) => shardOf(name, 5));
  const index = [1, 2, 3, 4, 5].find((each) => !used.includes(each)) ?? 0;
  const text = planText(await rig.plan({ shard: { index, count: 5 } }), { wording: "plan" });
  expect(text).toContain(`no manager is in shard ${index}/5`);
  const full = planText(await rig.plan({ shard: { index: used[0] ?? 0, count: 5 } }), { wording: "plan" });
  expect(full).not.toContain("no manager");
});
