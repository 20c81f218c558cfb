import { dirname } from "node:path";
import { DiagnosticError, importResources, type Rebuilt } from "../../src/index";
import type { RebuildOptions } from "../../src/library/rebuild";
import { CrashError } from "../platform/memory-file-system";
import { HOME } from "../rig/rig";
import { type FleetSize, LostManager } from "./lost-manager";

const FLEET: FleetSize = { agents: 50, keys: 10, clients: 12 };
const SMALL: FleetSize = { agents: 2, keys: 2, clients: 2 };

async function lost(state: "kept" | "lost" = "kept"): Promise<LostManager> {
  const fleet = await LostManager.create(SMALL);
  await fleet.lose({ state });
  return fleet;
}

async function refusal(promise: Promise<unknown>): Promise<string> {
  const error = await promise.then(
    () => undefined,
    (reason) => reason,
  );
  expect(error).toBeInstanceOf(DiagnosticError);
  const { diagnostics } = error as DiagnosticError;
  return diagnostics.map(({ code, summary, remedy }) => `${code}: ${summary} -> ${remedy}`).join("\n");
}

function task(rebuilt: Rebuilt | undefined, name: string): string[] {
  const step = rebuilt?.rebuild.by_hand.find((each) => each.task === name);
  return (step?.items ?? []).map(({ address, place }) => (place ? `${address} ${place}` : address));
}

test.each(["kept", "lost"] as const)(
  "a lost manager with 3 lower managers, 200 agents and 2,000 secrets is rebuilt, its state %s",
  async (state) => {
    const fleet = await LostManager.create(FLEET);
    await fleet.lose({ state });
    const rebuilt = await fleet.rebuild({ overwriteSinks: state === "lost" });
    expect(rebuilt?.rebuild).toMatchObject({ finished: true, resumed: false, queued: [] });
    const writes = fleet.rig.takeWrites();
    expect(writes.filter((line) => line.includes("agents/secrets/change"))).toHaveLength(200);
    expect(writes.filter((line) => line.includes("->"))).toEqual([]);
    await fleet.checkEqual();
  },
  120_000,
);

test("a rebuild sends exactly what is needed, in the order in which one needs the other", async () => {
  const fleet = await lost();
  const rebuilt = await fleet.rebuild();
  const writes = fleet.rig.takeWrites();
  const ofKyoto = writes.filter((line) => line.startsWith("kyoto"));
  expect(ofKyoto.slice(0, 1)).toEqual(["kyoto secret/generateInfo"]);
  expect(ofKyoto.slice(1, 4).sort()).toEqual(
    ["kobe", "nagoya", "osaka"].map((name) => `kyoto subManagers/createInfo immhost-${name}`),
  );
  for (const name of ["osaka", "nagoya", "kobe"]) {
    expect(writes.filter((line) => line.startsWith(name))).toEqual([
      `${name} secret/generateInfo`,
      `${name} secret/client/deleteInfo MANAGER_INTEGRATED_immhost01`,
    ]);
  }
  expect(rebuilt?.outcome.summary.requests).toBe(writes.length);
  expect(task(rebuilt, "hand-out-secrets")).toEqual([
    "osaka/initial-secret file out/osaka.initial",
    "tokyo/client/app1 file out/app1",
    "tokyo/client/app2 file out/app2",
    "tokyo/initial-secret file out/initial",
  ]);
  await fleet.checkEqual();
});

test("values are written again under unverified: keep as well, and what others own stays", async () => {
  const fleet = await lost();
  await fleet.declare("kyoto", "immhost99", { policy: { unverified: "keep" } });
  expect((await fleet.rebuild())?.rebuild.finished).toBe(true);
  await fleet.checkEqual();
});

test("a plain plan and apply at the new host say that it is another manager, and name rebuild", async () => {
  const fleet = await lost();
  const { changes, operations, unknown, diagnostics } = await fleet.rig.plan();
  expect([changes, operations]).toEqual([[], []]);
  expect(unknown.map(({ address, code }) => [address, code])).toEqual([["tokyo", "other-manager"]]);
  expect(diagnostics).toMatchObject([
    {
      code: "other-manager",
      severity: "error",
      remedy: expect.stringContaining("`jp1im rebuild --manager tokyo --replaces immhost01`"),
    },
  ]);
  await expect(fleet.rig.apply()).rejects.toMatchObject({ diagnostics: [{ code: "other-manager" }] });
  expect(fleet.rig.takeWrites()).toEqual([]);
});

test("clients that others issued on the new manager before the rebuild are blocked until they are imported", async () => {
  const fleet = await lost();
  for (const id of ["app1", "app2"]) {
    fleet.rig.simulation.edit({ manager: "kyoto", type: "create-client", id, secret: `secret-of-${id}` });
    await fleet.rig.write(`out/${id}`, `secret-of-${id}`);
  }
  const issued = fleet.rig.read("out/app1");
  const rebuilt = await fleet.rebuild();
  expect(rebuilt?.outcome.plan.blocked.map(({ address, code }) => [address, code])).toEqual([
    ["tokyo/client/app1", "not-ours"],
    ["tokyo/client/app2", "not-ours"],
  ]);
  await importResources(
    { files: ["jp1im.yaml"], addresses: ["tokyo/client/app1", "tokyo/client/app2"] },
    fleet.rig.platform(),
  );
  expect((await fleet.rebuild())?.rebuild.finished).toBe(true);
  expect(fleet.rig.read("out/app1")).toBe(issued);
  await fleet.checkEqual();
});

test("both spellings of the predecessor's client are removed, whatever its case, and no other integrated manager's", async () => {
  const fleet = await lost();
  const ids = ["MANAGER__INTEGRATED_IMMHOST01", "MANAGER_INTEGRATED_immhost77"];
  for (const id of ids) fleet.rig.simulation.edit({ manager: "osaka", type: "create-client", id });
  await fleet.rebuild();
  const left = [...fleet.rig.simulation.world.manager("osaka").clients.keys()];
  expect(left.sort()).toEqual(["MANAGER_INTEGRATED_immhost77", "MANAGER_INTEGRATED_immhost99"]);
});

test("a misspelt --replaces is refused, with the host that the state was written for", async () => {
  const fleet = await lost();
  await expect(fleet.rebuild({ replaces: "immhost10" })).rejects.toMatchObject({
    diagnostics: [{ code: "usage", remedy: "did you mean --replaces immhost01?" }],
  });
  expect(fleet.rig.takeWrites()).toEqual([]);
});

test("a misspelt --replaces after the loss of the state is reported before anything is approved", async () => {
  const fleet = await lost();
  for (const path of fleet.rig.files.paths()) {
    if (path.includes("/.jp1im/")) await fleet.rig.files.unlink(path);
  }
  const warned: string[] = [];
  const rebuilt = await fleet.rebuild({
    replaces: "immhost10",
    overwriteSinks: true,
    approve: async ({ diagnostics }) => {
      warned.push(...diagnostics.map(({ summary }) => summary));
      return false;
    },
  });
  expect(rebuilt).toBeUndefined();
  expect(warned.join()).toContain('knows an integrated manager "immhost10"; they know immhost01');
});

test("a rebuild that is not approved changes nothing at all", async () => {
  const fleet = await lost();
  const before = fleet.rig.read(".jp1im/managers/tokyo/state.log");
  expect(await fleet.rebuild({ approve: async () => false })).toBeUndefined();
  expect(fleet.rig.takeWrites()).toEqual([]);
  expect(fleet.rig.read(".jp1im/managers/tokyo/state.log")).toBe(before);
});

test("with a lower manager and an agent down the rest is rebuilt, and a later rebuild finishes them", async () => {
  const fleet = await lost();
  fleet.rig.simulation.edit({ manager: "osaka", type: "set-manager-state", state: "down" });
  fleet.rig.simulation.edit({
    manager: "nagoya",
    type: "set-agent-state",
    host: "nagoya-001",
    state: "down",
  });
  const first = await fleet.rebuild();
  expect(first?.rebuild.finished).toBe(false);
  expect(first?.rebuild.queued.map(({ address }) => address)).toEqual([
    "osaka/client/MANAGER_INTEGRATED_immhost01",
    "osaka/initial-secret",
    "tokyo/agent/immhost-nagoya/nagoya-001",
    "tokyo/agent/immhost-osaka",
    "tokyo/lower-manager/immhost-osaka",
  ]);
  const plan = await fleet.rig.plan({ managers: ["tokyo"] });
  expect(plan.diagnostics).toMatchObject([{ code: "rebuild-unfinished", severity: "warning" }]);
  fleet.rig.takeWrites();

  fleet.rig.simulation.edit({ manager: "osaka", type: "set-manager-state", state: "up" });
  fleet.rig.simulation.edit({ manager: "nagoya", type: "set-agent-state", host: "nagoya-001", state: "up" });
  const second = await fleet.rebuild();
  expect(second?.rebuild).toMatchObject({ finished: true, resumed: true });
  expect(second?.rebuild.begun_at).toBe(first?.rebuild.begun_at);
  expect(fleet.rig.takeWrites().filter((line) => !/osaka|nagoya-001/.test(line))).toEqual([]);
  expect(task(second, "hand-out-secrets")).toHaveLength(4);
  await fleet.checkEqual();
});

test("an ordinary apply in between does no harm, and the rebuild finishes after it", async () => {
  const fleet = await lost();
  fleet.rig.simulation.edit({ manager: "osaka", type: "set-manager-state", state: "down" });
  await fleet.rebuild();
  fleet.rig.simulation.edit({ manager: "osaka", type: "set-manager-state", state: "up" });
  const { plan } = await fleet.rig.apply();
  expect(plan.diagnostics.map(({ code }) => code)).toContain("rebuild-unfinished");
  fleet.rig.takeWrites();
  expect((await fleet.rebuild())?.rebuild.finished).toBe(true);
  expect(fleet.rig.takeWrites()).toEqual(["osaka secret/client/deleteInfo MANAGER_INTEGRATED_immhost01"]);
  await fleet.checkEqual();
});

test("agents that were not set up for the new manager yet are named, stay ours, and are finished later", async () => {
  const fleet = await lost();
  fleet.rig.simulation.edit({ manager: "kyoto", type: "remove-agent", host: "web-002" });
  const first = await fleet.rebuild();
  expect(first?.rebuild.finished).toBe(false);
  expect(task(first, "set-up-agents")).toEqual(["tokyo/agent/immhost99/web-002"]);
  const agents = { host: "web-002", secrets: { "by.hand": "left alone", key1: "old", key2: "old" } };
  fleet.rig.simulation.edit({ manager: "kyoto", type: "add-agents", agents });
  expect((await fleet.rebuild())?.rebuild.finished).toBe(true);
  await fleet.checkEqual();
});

test("a lower manager that is no registered subordinate is left to a person, and the rest is done", async () => {
  const fleet = await lost();
  fleet.rig.simulation.edit({
    manager: "kyoto",
    type: "set-subordinates",
    hosts: ["immhost-nagoya", "immhost-kobe"],
  });
  const first = await fleet.rebuild();
  expect(first?.rebuild.finished).toBe(false);
  expect(task(first, "register-hosts")).toEqual(["tokyo/lower-manager/immhost-osaka"]);
  fleet.rig.simulation.edit({
    manager: "kyoto",
    type: "set-subordinates",
    hosts: ["immhost-osaka", "immhost-nagoya", "immhost-kobe"],
  });
  expect((await fleet.rebuild())?.rebuild.finished).toBe(true);
  await fleet.checkEqual();
});

test("a lower manager that is registered and does not know the new manager is added again", async () => {
  const fleet = await lost();
  fleet.rig.simulation.world.manager("kyoto").lowerManagers.add("immhost-osaka");
  const rebuilt = await fleet.rebuild();
  const change = rebuilt?.outcome.plan.changes.find(({ address }) => address.endsWith("immhost-osaka"));
  expect(change).toMatchObject({ action: "update", reason: "disconnected" });
  expect(rebuilt?.rebuild).toMatchObject({ queued: [], finished: true });
  await fleet.checkEqual();
});

test("agents below a lower manager that is no longer declared are forgotten, and keep no rebuild open", async () => {
  const fleet = await lost();
  const lowerManagers = ["osaka", "nagoya"].map((name) => ({
    host: `immhost-${name}`,
    initialSecret: { issueOn: name },
  }));
  await fleet.declare("kyoto", "immhost99", { lowerManagers });
  expect((await fleet.rebuild())?.rebuild).toMatchObject({ finished: true, queued: [] });
  const plan = await fleet.rig.plan();
  expect([plan.changes, plan.unknown]).toEqual([[], []]);
});

test("from whatever call on the file system fails, what a rebuild has done is told and not thrown away", async () => {
  let told = 0;
  for (let nth = 1; nth < 1_000; nth += 5) {
    const fleet = await lost();
    const { files } = fleet.rig;
    const meant = files.calls + nth;
    files.onCall = ({ number }) => (number >= meant ? "EIO" : undefined);
    const rebuilt = await fleet.rebuild().catch((error) => {
      if (!(error instanceof DiagnosticError)) throw error;
    });
    const writes = fleet.rig.takeWrites();
    // One that stops right before its first request is told as well.
    const requests = rebuilt?.outcome.summary.requests ?? 0;
    expect([nth, requests > 0]).toEqual([nth, writes.length > 0]);
    if (files.calls < meant) break;
    if (rebuilt) told += 1;
  }
  expect(told).toBeGreaterThan(5);
}, 120_000);

test("a client of the new manager that is not ours is named and not touched", async () => {
  const fleet = await lost();
  fleet.rig.simulation.edit({ manager: "kyoto", type: "create-client", id: "app1", secret: "theirs" });
  const rebuilt = await fleet.rebuild();
  expect(rebuilt?.rebuild.queued).toEqual([{ address: "tokyo/client/app1", code: "not-ours" }]);
  expect(fleet.rig.simulation.world.manager("kyoto").clients.get("app1")).toBe("theirs");
  fleet.rig.simulation.edit({ manager: "kyoto", type: "delete-client", id: "app1" });
  expect((await fleet.rebuild())?.rebuild.finished).toBe(true);
  await fleet.checkEqual();
});

test("a secret that the lost manager issued and no sink took is not delivered as the new one's", async () => {
  const fleet = await LostManager.create(SMALL);
  const { rig } = fleet;
  const clients = [1, 2].map((n) => ({ id: `app${n}`, generation: 2, deliverTo: { file: `out/app${n}` } }));
  await fleet.declare("tokyo", "immhost01", { clients });
  rig.files.onCall = ({ name, path }) =>
    ["rename", "link"].includes(name) && path.endsWith("app1") ? "ENOSPC" : undefined;
  await rig.apply();
  rig.files.onCall = () => undefined;
  const kept = () => rig.files.paths().filter((path) => path.includes("/recovery/"));
  expect(kept()).toHaveLength(1);
  // One of another manager, under another key.
  const other = `${HOME}/.jp1im/managers/osaka/recovery/other.json`;
  await rig.files.makeFolder(dirname(other));
  rig.files.place(other, (rig.files.peek(kept()[0] ?? "")?.toString() ?? "").replaceAll("tokyo", "osaka"));

  await fleet.lose();
  await fleet.declare("kyoto", "immhost99", { clients });
  // Every answer about it is lost, so that the next run finds one that was issued and not delivered.
  rig.simulation.faults.add({
    path: "secret/client/generateInfo",
    effect: { type: "drop", when: "after" },
  });
  expect((await fleet.rebuild())?.rebuild.finished).toBe(false);
  expect(kept()).toEqual([other]);
  await rig.files.unlink(other);
  rig.simulation.faults.clear();
  expect((await fleet.rebuild())?.rebuild.finished).toBe(true);
  await fleet.checkEqual();
});

test("without the old state, files at the sinks are one refusal before the first write, with the way out", async () => {
  const fleet = await lost("lost");
  const told = await refusal(fleet.rebuild());
  expect(told).toContain("tokyo/initial-secret are there already");
  expect(told).toContain("--overwrite-sinks");
  expect(told.split("\n")).toHaveLength(1);
  expect(fleet.rig.takeWrites()).toEqual([]);
  expect(fleet.rig.read(".jp1im/managers/tokyo/state.log")).toBeUndefined();
});

test("a rebuild that is started once more after its end finds nothing to do", async () => {
  const fleet = await lost();
  await fleet.rebuild();
  fleet.rig.takeWrites();
  const again = await fleet.rebuild();
  expect(again?.rebuild).toMatchObject({ finished: true, resumed: true, queued: [] });
  expect(again?.rebuild.by_hand.map(({ task }) => task)).not.toContain("hand-out-secrets");
  expect(fleet.rig.takeWrites()).toEqual([]);
  await fleet.checkEqual();
});

test("a manager that is lost after it replaced another one is rebuilt as well", async () => {
  const fleet = await lost();
  await fleet.rebuild();
  fleet.rig.simulation.edit({ manager: "kyoto", type: "set-manager-state", state: "down" });
  await fleet.declare("sendai", "immhost98");
  const rebuilt = await fleet.rebuild({ replaces: "immhost99" });
  expect(rebuilt?.rebuild).toMatchObject({ finished: true, resumed: false, queued: [] });
  await fleet.checkEqual("sendai");
});

test("what was begun on one new manager is forgotten where another one takes its place", async () => {
  const fleet = await lost();
  fleet.rig.simulation.edit({ manager: "osaka", type: "set-manager-state", state: "down" });
  await fleet.rebuild();
  fleet.rig.simulation.edit({ manager: "osaka", type: "set-manager-state", state: "up" });
  await fleet.declare("sendai", "immhost98");
  const rebuilt = await fleet.rebuild();
  expect(rebuilt?.rebuild).toMatchObject({ finished: true, resumed: false, queued: [] });
  expect(fleet.rig.read("out/initial")).toBe(fleet.rig.simulation.world.manager("sendai").initialSecret);
});

test("mistakes are refused before any request", async () => {
  const fleet = await lost();
  expect(await refusal(fleet.rebuild({ replaces: "ImmHost99" }))).toMatch(/usage: .*declared to have now/);
  expect(await refusal(fleet.rebuild({ manager: "tokio" }))).toMatch(/unknown-manager: .*tokio/);
  fleet.rig.simulation.edit({ manager: "osaka", type: "set-manager-state", state: "down" });
  await fleet.rebuild();
  const other = await refusal(fleet.rebuild({ replaces: "immhost02" }));
  expect(other).toMatch(/rebuild-unfinished: .*replaces immhost01/);
  expect(other).toContain("jp1im state rm tokyo/rebuild");
});

test.each(["kept", "lost"] as const)(
  "killed at any call of the file system, and started again, a rebuild converges, its state %s",
  async (state) => {
    const options = { overwriteSinks: state === "lost" };
    let crashes = 0;
    for (let nth = 1; nth < 1_000; nth += 5) {
      const fleet = await lost(state);
      const isOver = await killedAt(fleet, nth, options);
      if (!isOver) crashes += 1;
      const { rebuild } = (await fleet.rebuild(options)) ?? {};
      expect([nth, rebuild]).toEqual([nth, expect.objectContaining({ finished: true, queued: [] })]);
      await fleet.checkEqual();
      if (isOver) break;
    }
    expect(crashes).toBeGreaterThan(10);
  },
  300_000,
);

/** Whether it came to its end before that call. */
async function killedAt(fleet: LostManager, nth: number, options: Partial<RebuildOptions>): Promise<boolean> {
  const { rig } = fleet;
  await rig.files.syncFolder(HOME);
  const meant = rig.files.calls + nth;
  rig.files.onCall = ({ number }) => (number === meant ? "crash" : undefined);
  try {
    await fleet.rebuild(options);
  } catch (error) {
    if (!(error instanceof CrashError) && !(error instanceof DiagnosticError)) throw error;
  }
  rig.files.onCall = () => undefined;
  if (!rig.files.crashed) return true;
  Object.assign(rig, { files: rig.files.survivor() });
  await rig.removeAll("/lock");
  return false;
}
