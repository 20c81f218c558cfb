import {
  DiagnosticError,
  listState,
  moveInState,
  rekeyState,
  removeFromState,
  showState,
} from "../../src/index";
import { beforeLock } from "../platform/before-lock";
import { HOME, Rig } from "../rig/rig";
import { refusalOf, tokyoWorld, tokyoYaml } from "../rig/tokyo";

const WORLD = tokyoWorld({
  tokyo: { agents: [{ host: "web01" }, { host: "web02" }] },
  osaka: { initialSecret: "osaka-initial-1", agents: [] },
});

const desired = (name: string, more: object = {}) =>
  tokyoYaml(
    {
      initialSecret: { deliverTo: { file: "out/initial" } },
      clients: [{ id: "app", deliverTo: { file: "out/app" } }],
      agents: [{ match: "web*", secrets: { a: { env: "V" }, b: { env: "V" } } }],
      ...more,
    },
    name,
  );

async function applied(): Promise<Rig> {
  const rig = await Rig.create(WORLD);
  rig.env.V = "some-value-1";
  await rig.write("jp1im.yaml", desired("tokyo"));
  await rig.apply();
  rig.takeWrites();
  return rig;
}

const options = { files: ["jp1im.yaml"] };
const move = (rig: Rig, from: string, to: string) => moveInState(options, from, to, rig.platform());
const addresses = async (rig: Rig) =>
  (await listState(options, rig.platform())).records.map(({ address }) => address);

test("a manager whose key was changed stops the plan, which names state mv; after that nothing is to be done", async () => {
  const rig = await applied();
  await rig.write("jp1im.yaml", desired("edo"));
  const refused = await rig.apply().catch((error) => error);
  expect(refused).toBeInstanceOf(DiagnosticError);
  expect(refused.diagnostics).toMatchObject([
    { code: "unknown-manager", remedy: expect.stringContaining("`jp1im state mv tokyo edo`") },
  ]);
  const { moved } = await move(rig, "tokyo", "edo");
  expect(moved).toEqual([
    { from: "tokyo", to: "edo" },
    { from: "tokyo/agent/immhost01/web01", to: "edo/agent/immhost01/web01" },
    { from: "tokyo/agent/immhost01/web02", to: "edo/agent/immhost01/web02" },
    { from: "tokyo/client/app", to: "edo/client/app" },
    { from: "tokyo/initial-secret", to: "edo/initial-secret" },
  ]);
  expect(await addresses(rig)).toEqual(moved.map(({ to }) => to));
  const { changes, unknown, blocked, diagnostics } = await rig.plan();
  expect([changes, unknown, blocked, diagnostics]).toEqual([[], [], [], []]);
  expect(rig.takeWrites()).toEqual([]);
});

test("what only begins like an address is neither moved nor removed", async () => {
  const rig = await applied();
  const clients = ["app", "app2"].map((id) => ({ id, deliverTo: { file: `out/${id}` } }));
  await rig.write("jp1im.yaml", desired("tokyo", { clients, agents: [] }));
  await rig.apply();
  await move(rig, "tokyo/client/app", "tokyo/client/web");
  const left = async () => (await addresses(rig)).filter((address) => address.startsWith("tokyo/client/"));
  expect(await left()).toEqual(["tokyo/client/app2", "tokyo/client/web"]);
  await expect(removeFromState(options, ["tokyo/client/ap"], rig.platform())).rejects.toThrow();
  await move(rig, "tokyo/client/web", "tokyo/client/app");
  await removeFromState(options, ["tokyo/client/app"], rig.platform());
  expect(await left()).toEqual(["tokyo/client/app2"]);
});

test("the part that a manager leaves behind holds nothing, and says so", async () => {
  const rig = await applied();
  await move(rig, "tokyo", "edo");
  await move(rig, "edo", "tokyo");
  const empty = {
    code: "nothing-matched",
    summary: expect.stringMatching(/^nothing of edo is recorded any more; .* its serial goes on$/),
    remedy: "nothing has to be done",
  };
  expect(await refusalOf(removeFromState(options, ["edo"], rig.platform()))).toMatchObject(empty);
  expect(await refusalOf(move(rig, "edo", "kobe"))).toMatchObject(empty);
  const { summary } = await refusalOf(removeFromState(options, ["edo/client/app"], rig.platform()));
  expect(summary).toBe("the state holds nothing at edo/client/app");
});

test("a changed value is still told from an unchanged one after the move", async () => {
  const rig = await applied();
  await move(rig, "tokyo", "edo");
  rig.env.V = "some-value-2";
  await rig.write("jp1im.yaml", desired("edo"));
  const { changes } = await rig.plan();
  expect(new Set(changes.map(({ reason }) => reason))).toEqual(new Set(["changed"]));
});

describe("a lower manager whose initial secret has a source", () => {
  const lowerManagers = [{ host: "immhost-osaka", initialSecret: { env: "OSAKA_INITIAL" } }];

  async function withLowerManager(): Promise<Rig> {
    const rig = await Rig.create(WORLD);
    Object.assign(rig.env, { V: "some-value-1", OSAKA_INITIAL: "osaka-initial-1" });
    await rig.write("jp1im.yaml", desired("tokyo", { lowerManagers }));
    await rig.apply();
    await move(rig, "tokyo", "edo");
    await rig.write("jp1im.yaml", desired("edo", { lowerManagers }));
    rig.takeWrites();
    return rig;
  }

  test("is in sync after the move of its manager, and also after a second one", async () => {
    const rig = await withLowerManager();
    expect((await rig.apply()).plan.changes).toEqual([]);
    await move(rig, "edo", "kyoto");
    await rig.write("jp1im.yaml", desired("kyoto", { lowerManagers }));
    expect((await rig.plan()).changes).toEqual([]);
    await move(rig, "kyoto", "tokyo");
    await rig.write("jp1im.yaml", desired("tokyo", { lowerManagers }));
    expect((await rig.plan()).changes).toEqual([]);
    expect(rig.takeWrites()).toEqual([]);
  });

  test("is written when its value changes, and in sync after that", async () => {
    const rig = await withLowerManager();
    rig.simulation.edit({ manager: "osaka", type: "set-initial-secret", secret: "osaka-initial-2" });
    rig.env.OSAKA_INITIAL = "osaka-initial-2";
    expect((await rig.apply()).changes).toMatchObject([{ action: "update", status: "applied" }]);
    expect((await rig.plan()).changes).toEqual([]);
  });

  test("keeps its fingerprint when the state gets another key after the move", async () => {
    const rig = await withLowerManager();
    expect(await rekeyState(options, rig.platform())).toMatchObject({ unverified: 0 });
    expect((await rig.plan()).changes).toEqual([]);
  });
});

test("what would lose what is known of values is not moved under another key; a client is", async () => {
  const rig = await applied();
  rig.env.JP1IM_STATE_KEY = Buffer.alloc(32, "another").toString("base64");
  for (const [from, to] of [
    ["tokyo", "edo"],
    ["tokyo/agent/immhost01/web01", "tokyo/agent/immhost01/web01-new"],
  ] as const)
    expect(await refusalOf(move(rig, from, to))).toMatchObject({
      code: "state-key",
      summary: expect.stringContaining("tokyo/agent/immhost01/web01"),
      remedy: expect.stringMatching(/provide the key.*former name.*--new-state/),
    });
  await move(rig, "tokyo/client/app", "tokyo/client/web");
  delete rig.env.JP1IM_STATE_KEY;
  await move(rig, "tokyo", "edo");
  const { keys } = await showState(options, "edo/agent/immhost01/web01", rig.platform());
  expect(keys).toEqual([
    { key: "a", known: true },
    { key: "b", known: true },
  ]);
});

test("a move that waited while the state was given another key stops, and moves nothing", async () => {
  const rig = await applied();
  Object.assign(rig.env, { JP1IM_STATE_KEY: rig.read(".jp1im/state.key")?.trim() });
  const env = { ...rig.env, JP1IM_NEW_STATE_KEY: Buffer.alloc(32, "another").toString("base64") };
  const fileSystem = beforeLock(rig.files, () => rekeyState(options, { ...rig.platform(), env }));
  const waiting = { ...options, lockTimeoutMs: 1000 };
  const moving = moveInState(waiting, "tokyo", "edo", { ...rig.platform(), fileSystem });
  await expect(moving).rejects.toMatchObject({
    diagnostics: [{ code: "state-key", summary: expect.stringContaining("another key while this run") }],
  });
  expect(await addresses(rig)).toContain("tokyo/client/app");
});

test("a client moves within its manager, with its places", async () => {
  const rig = await applied();
  await move(rig, "tokyo/client/app", "tokyo/client/web");
  expect(await addresses(rig)).toContain("tokyo/client/web");
  const { detail } = await showState(options, "tokyo/client/web", rig.platform());
  expect(detail).toMatchObject({ status: "delivered", deliveredTo: ["file out/app"] });
});

test("an agent that is known under another name keeps its keys and what is known of them", async () => {
  const rig = await applied();
  rig.simulation.edit({ manager: "tokyo", type: "remove-agent", host: "web01" });
  const secrets = { a: "some-value-1", b: "some-value-1" };
  rig.simulation.edit({ manager: "tokyo", type: "add-agents", agents: { host: "web01-new", secrets } });
  await move(rig, "tokyo/agent/immhost01/web01", "tokyo/agent/immhost01/web01-new");
  const { changes } = await rig.plan();
  expect(changes).toEqual([]);
});

test.each([
  ["tokyo/client/nope", "tokyo/client/web", "nothing-matched"],
  ["tokyo/agent/immhost01/web01", "tokyo/agent/immhost01/web02", "usage"],
  ["tokyo/client/app", "edo/client/app", "usage"],
  ["tokyo/client/app", "tokyo/agent/immhost01/app", "usage"],
  ["tokyo", "tokyo", "usage"],
])("moving %s to %s is refused, and moves nothing", async (from, to, code) => {
  const rig = await applied();
  const before = rig.read(".jp1im/managers/tokyo/state.log");
  await expect(move(rig, from, to)).rejects.toMatchObject({ diagnostics: [{ code }] });
  expect(rig.read(".jp1im/managers/tokyo/state.log")).toBe(before);
});

test.each([
  ["tokyo", "a b", "a manager's name has letters"],
  ["tokyo", "..", "a manager's name has letters"],
  ["tokyo", "x".repeat(101), "is longer than 100 characters"],
  ["tokyo/client/app", `tokyo/client/${"x".repeat(281)}`, "is longer than 280 characters"],
  ["tokyo/client/app", "tokyo/client/a\u200bb", "printable ASCII characters"],
  ["tokyo/agent/immhost01/web01", "tokyo/agent/immhost01/web 1", "a host name holds no space"],
  ["tokyo/agent/immhost01/web01", "tokyo/agent/immhost01/web*", "no wildcard"],
])("moving %s to %s is refused, since no desired state can declare that", async (from, to, words) => {
  const rig = await applied();
  await expect(move(rig, from, to)).rejects.toMatchObject({
    diagnostics: [
      { code: "usage", summary: expect.stringContaining(words), remedy: expect.stringMatching(/./) },
    ],
  });
  expect(await addresses(rig)).toContain("tokyo/client/app");
  expect(rig.read(`.jp1im/managers/${to}/lock`)).toBeUndefined();
});

test("a manager is not moved onto another one that the state knows", async () => {
  const rig = await applied();
  const both = JSON.parse(desired("tokyo"));
  both.managers.osaka = { ...both.managers.tokyo, url: "http://osaka.test:20703", host: "immhost-osaka" };
  both.managers.osaka.clients = [{ id: "app", deliverTo: { file: "out/osaka-app" } }];
  both.managers.osaka.agents = [];
  delete both.managers.osaka.initialSecret;
  await rig.write("jp1im.yaml", JSON.stringify(both));
  await rig.apply();
  await expect(move(rig, "tokyo", "osaka")).rejects.toMatchObject({ diagnostics: [{ code: "usage" }] });
});

test("a secret that waits for its delivery stops the move", async () => {
  const rig = await Rig.create(WORLD);
  rig.env.V = "some-value-1";
  await rig.write("jp1im.yaml", desired("tokyo"));
  rig.files.onCall = ({ name, path }) =>
    ["rename", "link"].includes(name) && path.startsWith(`${HOME}/out/`) ? "ENOSPC" : undefined;
  await rig.apply();
  rig.files.onCall = () => undefined;
  await expect(move(rig, "tokyo", "edo")).rejects.toMatchObject({
    diagnostics: [{ summary: expect.stringContaining("wait for their delivery: tokyo/client/app") }],
  });
});
