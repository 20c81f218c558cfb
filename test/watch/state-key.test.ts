/** Replicas of one fleet have to have one key: each would otherwise write what another one wrote a moment ago. */
import { watchLine } from "../../src/report/watch-text";
import type { Rig } from "../rig/rig";
import { bothRig, bothYaml, Watched } from "./watched";

const agents = [{ match: "web*", secrets: { k: { env: "VALUE" } } }];
const [first, second] = ["first", "second"].map((name) => Buffer.alloc(32, name).toString("base64"));
const other = { JP1IM_STATE_KEY: second ?? "" };

async function applied(own: Readonly<Record<string, string>> = { JP1IM_STATE_KEY: first ?? "" }) {
  const rig = await bothRig({ tokyo: { agents } });
  rig.env.VALUE = "a value";
  Object.assign(rig.env, own);
  expect((await rig.apply()).summary).toMatchObject({ failed: 0 });
  rig.takeWrites();
  return rig;
}

const refused = {
  manager: "tokyo",
  status: "refused",
  failures: 0,
  diagnostics: [
    {
      code: "state-key",
      severity: "error",
      summary: expect.stringMatching(/under another key|under a key, and this process was given none/),
      remedy: expect.stringMatching(/JP1IM_STATE_KEY.*jp1im apply/),
    },
  ],
};

function once(rig: Rig, mode: "apply" | "drift" = "apply") {
  return new Watched(rig).run({ mode, once: true });
}

function log(rig: Rig): string | undefined {
  return rig.read(".jp1im/managers/tokyo/state.log");
}

test("a replica with another key refuses to write, until an apply has taken its key", async () => {
  const rig = await applied();
  const before = log(rig);
  Object.assign(rig.env, other);
  const cycles = await once(rig);
  expect(cycles).toMatchObject([{ manager: "osaka", status: "in-sync" }, refused]);
  expect(watchLine(cycles[1] as never)).not.toContain("policy");
  expect([rig.takeWrites(), log(rig)]).toEqual([[], before]);
  await rig.apply();
  expect(await once(rig)).toMatchObject([{ status: "in-sync" }, { status: "in-sync" }]);
});

test("a replica without any key makes none for a state that is under one", async () => {
  const rig = await applied({});
  await rig.remove(".jp1im/state.key");
  expect(await once(rig)).toMatchObject([{ manager: "osaka", status: "in-sync" }, refused]);
  expect([rig.takeWrites(), rig.read(".jp1im/state.key")]).toEqual([[], undefined]);
});

test("nor does it begin the part of a new manager under another key than the rest", async () => {
  const rig = await applied();
  const all = rig.read("jp1im.yaml") ?? "";
  await rig.removeAll("/managers/osaka/state.log");
  await rig.write("jp1im.yaml", all.replace('"edge"', '"edge2"').replace("out/edge", "out/edge2"));
  Object.assign(rig.env, other);
  expect(await once(rig)).toMatchObject([{ ...refused, manager: "osaka" }, refused]);
  expect(rig.takeWrites()).toEqual([]);
  Object.assign(rig.env, { JP1IM_STATE_KEY: first });
  expect(await once(rig)).toMatchObject([{ status: "applied" }, { status: "in-sync" }]);
});

test("drift only warns of another key", async () => {
  const rig = await applied();
  Object.assign(rig.env, other);
  const [, tokyo] = await once(rig, "drift");
  expect(tokyo).toMatchObject({
    status: "drifted",
    diagnostics: [{ code: "state-key", severity: "warning" }],
  });
});

test("a first watch makes the key", async () => {
  const rig = await bothRig();
  expect(await once(rig)).toMatchObject([{ status: "applied" }, { status: "applied" }]);
  expect(rig.read(".jp1im/state.key")).toBeDefined();
});

test("a -f that becomes a folder leaves the state where it is", async () => {
  // What is delivered to relative paths would move with the file.
  const own = { tokyo: { clients: [], agents }, osaka: { clients: [] } };
  const rig = await bothRig(own);
  rig.env.VALUE = "a value";
  await rig.apply();
  const watched = new Watched(rig);
  const statuses: string[] = [];
  const swap = async () => {
    await rig.remove("jp1im.yaml");
    await rig.files.makeFolder("/home/ops/jp1im.yaml");
    await rig.write("jp1im.yaml/all.yaml", bothYaml({ ...own, osaka: { ...own.osaka, zone: "z" } }));
  };
  watched.until = (event) => {
    if (event.event === "cycle") statuses.push(`${event.manager} ${event.status}`);
    return event.event === "loaded" && void watched.clock.sleep(60_000).then(() => watched.stop());
  };
  void watched.clock.sleep(60_000).then(swap);
  await watched.run({ mode: "apply", intervalMs: 10_000 });
  expect(watched.events.map(({ event }) => event)).toContain("loaded");
  expect(statuses.sort()).toEqual(["osaka in-sync", "tokyo in-sync"]);
  expect(rig.files.paths().filter((path) => path.includes("jp1im.yaml/.jp1im"))).toEqual([]);
});
