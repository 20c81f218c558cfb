/** Every `state` command on every place in which a state can be: what it does, writes to managers, and shows. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  apply,
  compactState,
  listState,
  migrateState,
  moveInState,
  pullState,
  pushState,
  rekeyState,
  removeFromState,
  showState,
  unlockState,
} from "../../src/index";
import { plan } from "../../src/library/plan";
import { describeWithPostgres, type PostgresServer } from "../rig/postgres-server";
import {
  databaseServer,
  gitBranch,
  httpServer,
  localFolder,
  postgresDatabase,
  type StatePlace,
} from "./state-places";
import { SECOND_KEY, StateStage } from "./state-stage";

const FILES = { files: ["jp1im.yaml"] };
const WEB = "tokyo/agent/immhost01/web01";
const DB = "osaka/agent/immhost-osaka/db01";

let folder: string;
let stage: StateStage;

function worksOnEveryCommand(open: (folder: string) => Promise<StatePlace>): void {
  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), "jp1im-state-commands-"));
    stage = await StateStage.open(await open(folder), join(folder, "one"));
    expect(await stage.apply()).toHaveLength(4);
  });
  afterEach(async () => {
    try {
      await stage.expectNoSecrets();
    } finally {
      await stage.place.close();
      rmSync(folder, { recursive: true, force: true });
    }
  });

  test("`state list` and `show` say what was applied, and `mv` and `rm` change the state alone", async () => {
    const { at } = stage;
    const { records, locks } = await stage.quiet(listState(at, stage.platform()));
    const listed = records.map(({ address }) => address);
    expect(listed).toEqual([...["osaka", DB, "osaka/client/edge"], ...["tokyo", WEB, "tokyo/client/app"]]);
    expect(locks).toBeUndefined();
    const shown = await stage.quiet(showState(at, WEB, stage.platform()));
    expect(shown).toMatchObject({ address: WEB, keys: [{ key: "a", known: true }] });
    expect(await stage.codes(showState(at, "tokyo/client/gone", stage.platform()))).toEqual([
      "nothing-matched",
    ]);
    for (const [from, to, count] of [
      [WEB, "tokyo/agent/immhost01/web99", 1],
      ["osaka", "edo", 3],
    ] as const) {
      const there = await stage.quiet(moveInState(at, from, to, stage.platform()));
      const back = await stage.quiet(moveInState(at, to, from, stage.platform()));
      expect([there, back].map(({ moved }) => moved.length)).toEqual([count, count]);
    }
    expect(await stage.pending()).toEqual([]);
    expect(await stage.quiet(removeFromState(at, [DB], stage.platform()))).toEqual({ removed: [DB] });
    expect(await stage.pending()).toEqual([`${DB}/secret/a`]);
    expect(await stage.apply()).toEqual(["osaka agents/secrets/change db01 +a"]);
    expect(await stage.pending()).toEqual([]);
  });

  test("`state push` takes a copy of this state, and neither an older one nor that of another state", async () => {
    const { at } = stage;
    const push = (copy: string, force = false) => pushState({ ...at, copy, force }, stage.platform());
    stage.write("copy.json", await stage.quiet(pullState(at, stage.platform())));
    const { managers } = await stage.quiet(push("copy.json"));
    expect(managers.map(({ manager, written }) => [manager, written])).toEqual([
      ["osaka", false],
      ["tokyo", false],
    ]);
    expect(await stage.pending()).toEqual([]);
    stage.declare(2);
    rmSync(join(stage.cwd, "ready"));
    const half = await stage.heard(apply(at, stage.platform()));
    expect(half?.summary).toMatchObject({ applied: 1, failed: 1 });
    expect(stage.rig.takeWrites()).toHaveLength(4);
    const { kept } = await stage.quiet(listState(at, stage.platform()));
    expect(kept).toMatchObject([{ address: "osaka/client/edge" }]);
    stage.write("kept.json", await stage.quiet(pullState(at, stage.platform())));
    stage.write("ready", "");
    expect(await stage.apply()).toEqual([]);
    expect(await stage.codes(push("copy.json"))).toEqual(["state-conflict", "state-conflict"]);
    stage.write("foreign.json", await foreignCopy());
    for (const force of [false, true])
      expect(await stage.codes(push("foreign.json", force))).toEqual(["state-conflict"]);
    expect(await stage.pending()).toEqual([]);
    await stage.quiet(push("copy.json", true));
    expect(await stage.pending()).toEqual(["osaka/client/edge", "tokyo/client/app"]);
  });

  test("`state migrate` takes it to a folder, and back to a place that was emptied", async () => {
    const { place, at } = stage;
    await stage.quiet(migrateState({ ...FILES, from: place.state, state: "elsewhere" }, stage.platform()));
    expect(await stage.pending({ state: "elsewhere" })).toEqual([]);
    const copy = await pullState(at, stage.platform());
    await place.clear();
    const back = await stage.quiet(migrateState({ ...at, from: "elsewhere" }, stage.platform()));
    expect(back.managers).toMatchObject([{ written: true }, { written: true }]);
    expect(await stage.pending()).toEqual([]);
    expect(JSON.parse(await stage.quiet(pullState(at, stage.platform()))).managers).toEqual(
      JSON.parse(copy).managers,
    );
  });

  test("`state unlock` removes the lock that a refused run names, and its run then writes to no manager", async () => {
    const { at } = stage;
    expect(await stage.codes(unlockState(at, "nosuchid", stage.platform()))).toEqual(["nothing-matched"]);
    stage.declare(2);
    const tokyo = { ...at, managers: ["tokyo"] };
    const approve = async () => {
      const [lock] = await stage.refused(apply(tokyo, stage.platform("other-host")));
      expect(lock).toMatchObject({ code: "state-locked" });
      expect(await stage.codes(unlockState(at, "nosuchid", stage.platform()))).toEqual(["state-locked"]);
      const id = /jp1im state unlock (\S+?)[`\s]/.exec(`${lock?.remedy} `)?.[1] ?? "";
      expect(await stage.quiet(unlockState(at, id, stage.platform()))).toMatchObject({
        manager: "tokyo",
        id,
      });
      return true;
    };
    const ended = apply({ ...tokyo, approve }, stage.platform()).catch((error: unknown) => error);
    expect(await stage.quiet(ended)).toMatchObject({
      diagnostics: expect.arrayContaining([expect.objectContaining({ code: "lock-lost" })]),
    });
    expect(await stage.pending()).toEqual(["osaka/client/edge", "tokyo/client/app"]);
    expect(await stage.apply()).toHaveLength(4);
  });

  test("`state compact` leaves out what was replaced, and `state rekey` puts it under another key, in place of the former one", async () => {
    const { at, env, place } = stage;
    const before = await listState(at, stage.platform());
    const { managers } = await stage.quiet(compactState(at, stage.platform()));
    expect(managers.map(({ manager, ...bytes }) => [manager, bytes.after < bytes.before])).toEqual([
      ["osaka", true],
      ["tokyo", true],
    ]);
    expect(await listState(at, stage.platform())).toEqual(before);
    expect(await stage.pending()).toEqual([]);
    stage.env = { ...env, JP1IM_NEW_STATE_KEY: SECOND_KEY };
    const rekeyed = await stage.quiet(rekeyState(at, stage.platform()));
    expect(rekeyed).toMatchObject({ already: false, kept: 2, unverified: 0 });
    stage.env = env;
    const { changes, diagnostics } = await stage.quiet(plan(at, stage.platform()));
    if (place.isShared) {
      expect(diagnostics).toMatchObject([{ code: "state-key" }]);
      expect(await stage.codes(apply(at, stage.platform()))).toEqual(["state-key"]);
    } else expect(changes.map(({ reason }) => reason)).toEqual(["unverified", "unverified"]);
    stage.env = { ...env, JP1IM_STATE_KEY: SECOND_KEY };
    expect(await stage.pending()).toEqual([]);
  });

  test("a damaged part stops its own manager, and a copy of that part repairs it", async () => {
    const { rig, at } = stage;
    stage.write("copy.json", await pullState(at, stage.platform()));
    await stage.place.damage("tokyo");
    rig.simulation.edit({ manager: "tokyo", type: "delete-client", id: "app" });
    rig.simulation.edit({ manager: "osaka", type: "delete-client", id: "edge" });
    const planned = await stage.quiet(plan(at, stage.platform()));
    expect(planned.unknown).toMatchObject([{ address: "tokyo" }]);
    expect(planned.changes).toMatchObject([{ address: "osaka/client/edge" }]);
    expect(await stage.refused(pullState(at, stage.platform()))).toMatchObject([
      { remedy: expect.stringContaining("state push --force --manager tokyo") },
    ]);
    const outcome = await stage.heard(apply(at, stage.platform()));
    expect(stage.rig.takeWrites()).toEqual(["osaka secret/client/generateInfo edge"]);
    expect(outcome?.summary).toMatchObject({ applied: 1, failed: 0 });
    await stage.quiet(
      pushState({ ...at, copy: "copy.json", force: true, managers: ["tokyo"] }, stage.platform()),
    );
    expect(await stage.pending()).toEqual(["tokyo/client/app"]);
  });
}

/** A copy of the state of another project on managers of the same names. */
async function foreignCopy(): Promise<string> {
  const other = await StateStage.open(await localFolder(join(folder, "other")), join(folder, "other"));
  await other.apply();
  return pullState(other.at, other.platform());
}

describe("in a folder", () => worksOnEveryCommand(localFolder));
describe("on a branch of a git repository", () => worksOnEveryCommand(gitBranch));
describe("on a server of the HTTP protocol", () => worksOnEveryCommand(httpServer("plain")));
describe("on a server in GitLab's manner", () => worksOnEveryCommand(httpServer("gitlab")));

describeWithPostgres("in PostgreSQL", () => {
  let server: PostgresServer;
  let states = 0;
  beforeAll(async () => {
    server = await databaseServer();
  });
  afterAll(() => server.remove());

  worksOnEveryCommand(async () => postgresDatabase(server, `fleet-${++states}`));
});
