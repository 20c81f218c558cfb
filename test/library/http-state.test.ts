import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { apply } from "../../src/library/apply";
import { applySavedPlan } from "../../src/library/apply-saved-plan";
import { plan } from "../../src/library/plan";
import type { Platform } from "../../src/library/platform";
import { rekeyState } from "../../src/library/rekey";
import { listState, removeFromState } from "../../src/library/state";
import { pullState } from "../../src/library/state/copies";
import { noState } from "../../src/library/state/locate-state";
import { migrateState } from "../../src/library/state/migrate";
import { moveInState } from "../../src/library/state/move-in-state";
import { nodeFileSystem } from "../../src/platform/file-system";
import type { Rig } from "../rig/rig";
import { refusalOf, tokyoRig, tokyoYaml } from "../rig/tokyo";
import { expectNoCanary } from "../secrets/canary";
import { legible, StateServerStandIn } from "../state/state-server";
import { bothRig, bothYaml } from "../watch/watched";

const PASSWORD = "state-c&nary";
/** As a manager takes it. */
const CANARY = 'canary "7\\3" & <strange>/+?';
const FILES = { files: ["jp1im.yaml"] };
let server: StateServerStandIn;
let folder: string;

beforeEach(async () => {
  server = await StateServerStandIn.open("plain", "ops", PASSWORD);
  folder = mkdtempSync(join(tmpdir(), "jp1im-http-state-"));
});
afterEach(async () => {
  await server.close();
  rmSync(folder, { recursive: true, force: true });
});

/** A machine of its own, on a rig whose managers all machines share. */
function machine(name: string, rig: Rig, desired: object, env: object = {}) {
  const path = join(folder, name);
  mkdirSync(path);
  const login = { username: "ops", password: { env: "STATE_PASSWORD" } };
  const state = { http: { address: server.address, ...login } };
  writeFileSync(
    join(path, "jp1im.yaml"),
    JSON.stringify({ ...JSON.parse(tokyoYaml({ ...desired })), state }),
  );
  const keys = { JP1IM_STATE_KEY: Buffer.alloc(32, 7).toString("base64"), STATE_PASSWORD: PASSWORD };
  const own = { cwd: path, fileSystem: nodeFileSystem, host: name, env: { ...rig.env, ...keys, ...env } };
  return { path, platform: (more = {}) => ({ ...rig.platform(), ...own, ...more }) };
}

const agents = { agents: [{ host: "web01", secrets: { a: { env: "VALUE" } } }] };

test("no state at a server may be one that these credentials must not see", () => {
  const { diagnostics } = noState({ location: server.address });
  expect(diagnostics).toMatchObject([{ remedy: expect.stringContaining("may not see the state") }]);
});

test("a machine that was not given the key writes nothing, until somebody says that the key is lost", async () => {
  const rig = await tokyoRig({});
  rig.env.VALUE = CANARY;
  const keyed = machine("keyed", rig, agents);
  await apply(FILES, keyed.platform());
  rig.takeWrites();
  const other = machine("other", rig, agents, { JP1IM_STATE_KEY: undefined });
  expect(await refusalOf(apply(FILES, other.platform()))).toMatchObject({
    code: "state-key",
    summary: expect.stringContaining("the state of tokyo in"),
    remedy: expect.stringMatching(/JP1IM_STATE_KEY.*apply --new-state/),
  });
  const wrongKey = { JP1IM_STATE_KEY: Buffer.alloc(32, 8).toString("base64") };
  for (const [env, end] of [
    [{}, "under a key, and this process was given none"],
    [wrongKey, "under another key than the one of this process"],
  ] as const) {
    const platform = other.platform();
    const own = { ...platform, env: { ...platform.env, ...env } };
    expect((await refusalOf(apply(FILES, own))).summary.endsWith(end)).toBe(true);
    expect((await plan(FILES, own)).diagnostics).toMatchObject([
      { code: "state-key", summary: expect.stringContaining(end) },
    ]);
  }
  expect([rig.takeWrites(), existsSync(join(other.path, ".jp1im/state.key"))]).toEqual([[], false]);
  const outcome = await apply({ ...FILES, newState: true }, other.platform());
  expect(outcome?.summary).toMatchObject({ applied: 1, failed: 0 });
});

test("one machine plans, another one applies, a third one finds nothing to do; and no secret is in any document", async () => {
  const rig = await tokyoRig({});
  rig.env.VALUE = CANARY;
  const [one, two, three] = ["one", "two", "three"].map((name) => machine(name, rig, agents));
  if (!one || !two || !three) throw new Error("three were made");
  const saved = await plan({ ...FILES, out: join(folder, "saved.json") }, one.platform());
  expect(saved.state.location).toBe(server.address);
  expect((await applySavedPlan(saved, {}, two.platform())).summary).toMatchObject({ applied: 1, failed: 0 });
  expect((await plan(FILES, three.platform())).changes).toEqual([]);
  await moveInState(FILES, "tokyo/agent/immhost01/web01", "tokyo/agent/immhost01/web02", one.platform());
  await moveInState(FILES, "tokyo/agent/immhost01/web02", "tokyo/agent/immhost01/web01", one.platform());
  const next = { JP1IM_NEW_STATE_KEY: Buffer.alloc(32, 8).toString("base64") };
  const { env } = two.platform();
  await rekeyState(FILES, two.platform({ env: { ...env, ...next } }));
  const rekeyed = { env: { ...env, JP1IM_STATE_KEY: next.JP1IM_NEW_STATE_KEY } };
  expect((await plan(FILES, three.platform(rekeyed))).changes).toEqual([]);
  expect((await listState(FILES, three.platform())).locks).toBeUndefined();
  expect(server.history.length).toBeGreaterThan(6);
  for (const secret of [CANARY, PASSWORD]) expectNoCanary(server.history.map(legible), secret);
});

test("a secret that no sink took is delivered by another machine", async () => {
  const rig = await tokyoRig({});
  const client = (program: string) => ({ clients: [{ id: "web", deliverTo: { exec: [program] } }] });
  const one = machine("one", rig, client("false"));
  const outcome = await apply(FILES, one.platform());
  expect(outcome?.changes).toMatchObject([{ status: "failed" }]);
  const other = machine("other", rig, client("cat"));
  const listed = await listState(FILES, other.platform());
  const path = expect.stringMatching(/states\/tokyo#recovery\//);
  expect(listed.kept).toMatchObject([{ address: "tokyo/client/web", path }]);
  rig.takeWrites();
  expect((await apply(FILES, other.platform()))?.summary).toMatchObject({ applied: 1, failed: 0 });
  expect(rig.takeWrites()).toEqual([]);
  expect((await listState(FILES, one.platform())).kept).toBeUndefined();
});

test("a part that the server hides is unknown to a plan, and given up by `state rm` alone", async () => {
  const rig = await tokyoRig({});
  rig.env.VALUE = "some-value";
  const { platform } = machine("one", rig, agents);
  await apply(FILES, platform());
  server.documents.delete("tokyo");
  const hidden = {
    diagnostics: [{ code: "state-unreadable", remedy: expect.stringContaining("state rm tokyo") }],
  };
  await expect(apply(FILES, platform())).rejects.toMatchObject(hidden);
  await expect(plan(FILES, platform())).rejects.toMatchObject(hidden);
  expect(await removeFromState(FILES, ["tokyo"], platform())).toEqual({ removed: ["tokyo"] });
  await expect(plan(FILES, platform())).resolves.toMatchObject({ summary: expect.anything() });
});

test.each([
  ["the server takes no write", { status: 413 }, "state-unwritable"],
  ["the server is gone", "refused" as const, "state-unreachable"],
  ["the lock was taken away", { status: 423 }, "lock-lost"],
])("nothing is written to a manager whose intent is not on the server: %s", async (_, fault, code) => {
  const rig = await tokyoRig({});
  rig.env.VALUE = "some-value";
  const one = machine("one", rig, agents);
  server.fault = ({ method, url }) => (method === "POST" && url.includes("/tokyo?ID=") ? fault : undefined);
  const outcome = apply(FILES, one.platform());
  const said = await outcome.then(JSON.stringify, ({ diagnostics }) => JSON.stringify(diagnostics));
  expect(said).toContain(code);
  expect(said).not.toContain(PASSWORD);
  expect(rig.takeWrites()).toEqual([]);
});

test("wrong credentials are one diagnostic, and no manager is asked", async () => {
  const rig = await tokyoRig({});
  const one = machine("one", rig, {}, { STATE_PASSWORD: "gu3ss" });
  rig.simulation.clearRequests();
  const summary = expect.stringContaining(
    "the user ops with the password of environment variable STATE_PASSWORD",
  );
  await expect(apply(FILES, one.platform())).rejects.toMatchObject({
    diagnostics: [{ code: "state-unreachable", summary }],
  });
  await expect(apply(FILES, one.platform())).rejects.not.toThrow("gu3ss");
  expect(rig.simulation.requests()).toEqual([]);
});

/** A machine on a rig with tokyo and osaka. */
async function both() {
  const rig = await bothRig({});
  const { path, platform } = machine("one", rig, {});
  const own = JSON.parse(readFileSync(join(path, "jp1im.yaml"), "utf8"));
  writeFileSync(join(path, "jp1im.yaml"), JSON.stringify({ ...JSON.parse(bothYaml()), state: own.state }));
  return { rig, platform };
}

test("a manager without a part goes on with the state of the others where their list is lost", async () => {
  const { platform } = await both();
  await apply({ ...FILES, managers: ["tokyo"] }, platform());
  server.documents.delete("_managers");
  const warned: string[] = [];
  const report: Platform["report"] = (event) =>
    event.type === "diagnostic" && warned.push(event.diagnostic.code);
  await apply({ ...FILES, managers: ["osaka"] }, platform({ report }));
  expect(warned).toContain("state-unreadable");
  await apply(FILES, platform());
  const { records } = await listState(FILES, platform());
  expect(records.map(({ address }) => address)).toEqual(
    expect.arrayContaining(["osaka/client/edge", "tokyo/client/app"]),
  );
});

test.each(["whole", "lost"])(
  "a plan waits once for another manager's part that cannot be read, and says so, where the list is %s",
  async (list) => {
    const { platform } = await both();
    await apply(FILES, platform());
    if (list === "lost") server.documents.delete("_managers");
    server.asked.length = 0;
    server.fault = ({ url }) => (url.endsWith("/osaka") ? { status: 500 } : undefined);
    const { clock: real } = platform();
    let slept = 0;
    const clock = {
      ...{ now: () => real.now(), elapsed: () => real.elapsed() + slept },
      sleep: async (ms: number) => {
        slept += ms;
      },
    };
    const warned: string[] = [];
    const report: Platform["report"] = (event) =>
      event.type === "diagnostic" && warned.push(event.diagnostic.summary);
    const planned = await plan({ ...FILES, managers: ["tokyo"] }, platform({ clock, report }));
    expect(planned).toMatchObject({ changes: [], unknown: [], diagnostics: [] });
    expect(slept).toBeLessThan(20_000);
    expect(server.asked.filter(({ url }) => url.endsWith("/osaka")).length).toBeLessThanOrEqual(11);
    const waits = warned.filter((summary) => summary.includes("/states/osaka yet: the server answered 500"));
    expect(waits).toHaveLength(1);
  },
);

describe.each([
  ["lost", async () => {}],
  ["made again by a run on tokyo alone", (alone: () => Promise<unknown>) => alone()],
])("where the list of managers is %s", (_, meanwhile) => {
  async function withoutList() {
    const { platform } = await both();
    await apply(FILES, platform());
    server.documents.delete("_managers");
    await meanwhile(async () => {
      const desired = { clients: [{ id: "app", deliverTo: { file: "out/app" } }] };
      const { state } = JSON.parse(readFileSync(join(platform().cwd, "jp1im.yaml"), "utf8"));
      writeFileSync(
        join(platform().cwd, "tokyo.yaml"),
        JSON.stringify({ ...JSON.parse(tokyoYaml(desired)), state }),
      );
      await apply({ files: ["tokyo.yaml"] }, platform());
    });
    return platform;
  }

  test("a plan, a destroy and a list know the parts of all declared managers", async () => {
    const platform = await withoutList();
    expect(await plan(FILES, platform())).toMatchObject({ changes: [], diagnostics: [] });
    const { changes } = await plan({ ...FILES, mode: "destroy" }, platform());
    expect(changes.map(({ address }) => address).sort()).toEqual(["osaka/client/edge", "tokyo/client/app"]);
    const { records } = await listState(FILES, platform());
    expect(records.map(({ address }) => address)).toEqual(
      expect.arrayContaining(["osaka/client/edge", "tokyo/client/app"]),
    );
  });

  test("a list, a copy and a migration know them as well where the place is named", async () => {
    const platform = await withoutList();
    const env = { ...platform().env, TF_HTTP_USERNAME: "ops", TF_HTTP_PASSWORD: PASSWORD };
    const named = { ...FILES, state: server.address };
    const { serials } = await listState(named, platform({ env }));
    expect(Object.keys(serials)).toEqual(["osaka", "tokyo"]);
    expect(Object.keys(JSON.parse(await pullState(named, platform({ env }))).managers)).toEqual(
      Object.keys(serials),
    );
    const moved = { ...FILES, from: server.address, state: "moved" };
    const { managers } = await migrateState(moved, platform({ env }));
    expect(managers.map(({ manager }) => manager)).toEqual(Object.keys(serials));
  });

  test("a rekey rekeys all declared managers", async () => {
    const platform = await withoutList();
    const next = Buffer.alloc(32, 9).toString("base64");
    const env = { ...platform().env, JP1IM_NEW_STATE_KEY: next };
    await rekeyState(FILES, platform({ env }));
    const after = await plan(FILES, platform({ env: { ...platform().env, JP1IM_STATE_KEY: next } }));
    expect(after).toMatchObject({ changes: [], diagnostics: [] });
  });
});

test.each([
  ["on the list", ["osaka"]],
  ["not on the list", []],
])(
  "a document of Terraform in the place of a manager's part, which is %s, stops no copy for ever",
  async (_, locked) => {
    const { platform } = await both();
    server.documents.set("osaka", {
      body: JSON.stringify({ version: 4, terraform_version: "1.9.0", serial: 3 }),
    });
    for (const manager of ["tokyo", ...locked])
      await apply({ ...FILES, managers: [manager] }, platform()).catch(() => {});
    for (const manager of locked) {
      await expect(pullState(FILES, platform())).rejects.toMatchObject({
        diagnostics: [{ code: "state-unreadable", summary: expect.stringContaining("a state of Terraform") }],
      });
      expect(await removeFromState(FILES, [manager], platform())).toEqual({ removed: [manager] });
    }
    expect(Object.keys(JSON.parse(await pullState(FILES, platform())).managers)).toEqual(["tokyo"]);
    expect(server.documents.get("osaka")?.body).toContain("terraform_version");
  },
);

test.each([
  [["tokyo/client/app", "osaka"], "; removed were tokyo/client/app"],
  [["osaka"], "so it was not removed"],
])(
  "`state rm` of %j says that a run wrote a part meanwhile, and what it removed before",
  async (named, end) => {
    const { platform } = await both();
    await apply(FILES, platform());
    const document = server.documents.get("osaka") ?? {};
    server.documents.delete("osaka");
    server.fault = ({ method, url }) => {
      if (method === "LOCK" && url.endsWith("/osaka")) server.documents.set("osaka", document);
      return undefined;
    };
    const refused = await refusalOf(removeFromState(FILES, named, platform()));
    expect(refused).toMatchObject({ code: "state-locked", address: "osaka" });
    expect(refused.summary.endsWith(end)).toBe(true);
    const { records } = await listState(FILES, platform());
    const listed = records.map(({ address }) => address);
    expect([listed.includes("osaka/client/edge"), listed.includes("tokyo/client/app")]).toEqual([
      true,
      named.length === 1,
    ]);
  },
);

test.each(["<html>no state</html>", '{"version":4,"terraform_version":"1.11.4","serial":3}'])(
  "%s in the place of one manager's document stops that manager, and no other",
  async (body) => {
    const { rig, platform } = await both();
    await apply(FILES, platform());
    server.documents.set("osaka", { body });
    rig.simulation.edit({ manager: "tokyo", type: "delete-client", id: "app" });
    const planned = await plan(FILES, platform());
    expect(planned.unknown).toMatchObject([{ address: "osaka" }]);
    expect(planned.changes).toMatchObject([{ address: "tokyo/client/app" }]);
    const outcome = await apply(FILES, platform());
    expect(outcome?.changes).toMatchObject([{ address: "tokyo/client/app", status: "applied" }]);
    expect(server.documents.get("osaka")).toEqual({ body });
    const { records } = await listState(FILES, platform());
    expect(records.map(({ address }) => address)).toContain("tokyo/client/app");
  },
);
