/** A part of the state in the place of another manager's, and a log that is damaged under a run. */
import { listState, migrateState, pullState, removeFromState } from "../../src/index";
import type { Diagnostic } from "../../src/model/diagnostic";
import { HOME, type Rig } from "../rig/rig";
import { refusalsOf, tokyoRig, tokyoYaml } from "../rig/tokyo";

const LOG = ".jp1im/managers/tokyo/state.log";
const AGENTS = Array.from({ length: 30 }, (_, index) => ({ host: `web${index}` }));
const AGENT_SECRETS = [{ match: "web*", secrets: { a: { env: "V" } } }];

async function applied(): Promise<Rig> {
  const rig = await tokyoRig(
    {
      clients: [{ id: "app", deliverTo: { file: "out/app" } }],
      agents: AGENT_SECRETS,
    },
    { tokyo: { agents: AGENTS } },
  );
  rig.env.V = "some-value-1";
  await rig.apply();
  rig.takeWrites();
  return rig;
}

test("a copy of a part beside it is not used, and a list of the state, a plan and an apply name it", async () => {
  const rig = await applied();
  await rig.files.makeFolder(`${HOME}/.jp1im/managers/tokyo.bak`);
  await rig.write(".jp1im/managers/tokyo.bak/state.log", rig.read(LOG) ?? "");
  await removeFromState({ files: ["jp1im.yaml"] }, ["tokyo/client/app"], rig.platform());
  const reported: Diagnostic[] = [];
  const report = (event: { readonly type: string; readonly diagnostic?: Diagnostic }) => {
    if (event.diagnostic?.severity === "error") reported.push(event.diagnostic);
  };
  const { records } = await listState({ files: ["jp1im.yaml"] }, { ...rig.platform(), report });
  expect(records.filter(({ kind }) => kind === "manager")).toHaveLength(1);
  expect(reported).toMatchObject([
    {
      code: "state-corrupted",
      summary: expect.stringContaining("holds the state of tokyo, not of tokyo.bak"),
    },
  ]);
  // By the copy it is still ours, and would be deleted.
  await rig.write("jp1im.yaml", tokyoYaml({ agents: AGENT_SECRETS }));
  const planned = await rig.plan();
  expect(planned.changes).toEqual([]);
  const warning = {
    ...{ code: "state-corrupted", severity: "warning" },
    summary: expect.stringContaining("holds the state of tokyo, not of tokyo.bak"),
    remedy: expect.stringContaining("move it out of"),
  };
  expect(planned.diagnostics).toMatchObject([warning]);
  expect((await rig.apply()).plan.diagnostics).toMatchObject([warning]);
});

test("a state is neither copied nor migrated while a copy of a part is in it", async () => {
  const rig = await applied();
  await rig.files.makeFolder(`${HOME}/.jp1im/managers/tokyo.bak`);
  await rig.write(".jp1im/managers/tokyo.bak/state.log", rig.read(LOG) ?? "");
  const options = { files: ["jp1im.yaml"] };
  const refusal = {
    code: "state-corrupted",
    summary: expect.stringContaining("holds the state of tokyo, not of tokyo.bak"),
  };
  expect(await refusalsOf(pullState(options, rig.platform()))).toMatchObject([refusal]);
  const moving = migrateState({ ...options, from: ".jp1im", state: "elsewhere" }, rig.platform());
  expect(await refusalsOf(moving)).toMatchObject([refusal]);
  expect(rig.files.paths().filter((path) => path.startsWith(`${HOME}/elsewhere`))).toEqual([]);
});

test("a part under another name than its manager's is refused", async () => {
  const rig = await applied();
  await rig.files.makeFolder(`${HOME}/.jp1im/managers/tokyo.old`);
  await rig.files.rename(`${HOME}/${LOG}`, `${HOME}/.jp1im/managers/tokyo.old/state.log`);
  expect(await refusalsOf(rig.plan())).toMatchObject([
    { code: "state-corrupted", remedy: expect.stringContaining("give it that name again") },
  ]);
});

test("where what the state holds is damaged under an apply, the outcome says that nothing was sent", async () => {
  const rig = await applied();
  rig.env.V = "some-value-2";
  const open = rig.files.openToRead.bind(rig.files);
  let isCut = false;
  rig.files.openToRead = async (path) => {
    const file = await open(path);
    return (
      file && { ...file, close: () => file.close(), read: (into, at) => (isCut ? 0 : file.read(into, at)) }
    );
  };
  const approve = async () => {
    isCut = true;
    return true;
  };
  const outcome = await rig.apply({ approve });
  expect(outcome).toMatchObject({ summary: { failed: AGENTS.length, requests: 0 } });
  expect(outcome?.diagnostics[0]).toMatchObject({ code: "state-corrupted" });
  expect(rig.takeWrites()).toEqual([]);
});

/** A change on each of two managers, where the log of one is cut whenever it was loaded. */
async function cutOnceLoaded(): Promise<Rig> {
  const rig = await tokyoRig({}, { tokyo: { agents: AGENTS } });
  const { managers, ...rest } = JSON.parse(tokyoYaml({ agents: AGENT_SECRETS }));
  const osaka = { ...managers.tokyo, url: "http://osaka.test:20703", host: "immhost-osaka", agents: [] };
  const clients = [{ id: "edge", generation: 1, deliverTo: { file: "out/edge" } }];
  const declared = { ...rest, managers: { ...managers, osaka: { ...osaka, clients } } };
  await rig.write("jp1im.yaml", JSON.stringify(declared));
  rig.env.V = "some-value-1";
  await rig.apply();
  rig.takeWrites();
  rig.env.V = "some-value-2";
  declared.managers.osaka.clients[0].generation = 2;
  await rig.write("jp1im.yaml", JSON.stringify(declared));
  const open = rig.files.openToRead.bind(rig.files);
  rig.files.openToRead = async (path) => {
    const file = await open(path);
    if (!file || !path.includes("/tokyo/")) return file;
    let isLoaded = false;
    const read = (into: Buffer, at: number) => {
      const bytes = isLoaded ? 0 : file.read(into, at);
      isLoaded ||= at + bytes >= file.length;
      return bytes;
    };
    return { ...file, close: () => file.close(), read };
  };
  return rig;
}

const TOKYO_UNKNOWN = [
  {
    ...{ address: "tokyo", code: "state-corrupted" },
    detail: expect.stringMatching(
      /tokyo\/state\.log:\d+ was changed by something else while this run read it$/,
    ),
  },
];
const OSAKA_CHANGES = [{ address: "osaka/client/edge", action: "replace" }];

test("a part of the state that is damaged while a plan reads it stops its own manager, and the others are planned", async () => {
  const rig = await cutOnceLoaded();
  const planned = await rig.plan();
  expect(planned).toMatchObject({ unknown: TOKYO_UNKNOWN, changes: OSAKA_CHANGES });
});

test("an apply then does the others' changes, and none on that manager", async () => {
  const rig = await cutOnceLoaded();
  const { summary, plan } = await rig.apply();
  expect(summary).toMatchObject({ applied: 1, failed: 0 });
  expect(plan.unknown).toMatchObject(TOKYO_UNKNOWN);
  expect(rig.takeWrites().filter((line) => line.includes("agents/secrets"))).toEqual([]);
});
