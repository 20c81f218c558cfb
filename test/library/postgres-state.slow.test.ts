import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { EngineEvent } from "../../src/engine/context";
import {
  apply,
  applySavedPlan,
  listState,
  parsePlan,
  plan,
  rekeyState,
  serialisePlan,
  unlockState,
} from "../../src/index";
import type { Diagnostic } from "../../src/model/diagnostic";
import { nodeFileSystem } from "../../src/platform/file-system";
import { leaksIn } from "../e2e/canary/guises";
import { describeWithPostgres, PostgresServer } from "../rig/postgres-server";
import type { Rig } from "../rig/rig";
import { tokyoRig, tokyoYaml } from "../rig/tokyo";

const FILES = { files: ["jp1im.yaml"] };
const KEY = Buffer.alloc(32, 7).toString("base64");
const NEW_KEY = Buffer.alloc(32, 8).toString("base64");
const VALUE = "agent-secret-c4nary";
const DB_PASSWORD = "db-password-c4nary";
let server: PostgresServer;
let folder: string;

/** A machine of its own, on a rig whose managers all machines share. */
function machine(name: string, rig: Rig, deliverTo: object) {
  const cwd = join(folder, name);
  mkdirSync(cwd);
  const desired = JSON.parse(
    tokyoYaml({
      clients: [{ id: "web", deliverTo }],
      agents: [{ host: "web01", secrets: { a: { env: "VALUE" } } }],
    }),
  );
  const url = `postgres://ops@127.0.0.1:${server.port}/postgres`;
  const state = { postgres: { url, name: "fleet", password: { env: "DB_PASSWORD" } } };
  writeFileSync(join(cwd, "jp1im.yaml"), JSON.stringify({ ...desired, state }));
  const env = { ...rig.env, VALUE, DB_PASSWORD, JP1IM_STATE_KEY: KEY, PATH: process.env.PATH };
  const platform = (more: Readonly<Record<string, string>> = {}) => ({
    ...rig.platform(),
    ...{ cwd, fileSystem: nodeFileSystem, env: { ...env, ...more }, host: name },
  });
  return { cwd, platform };
}

/** Everything that the database holds. */
function dump(): string {
  const login = { ...process.env, ...server.env };
  return execFileSync("pg_dump", ["-h", "127.0.0.1", "-p", String(server.port), "postgres"], {
    env: login,
    encoding: "utf8",
  });
}

describeWithPostgres("a state in PostgreSQL, as a user has it", () => {
  beforeAll(async () => {
    server = await PostgresServer.start();
    await server.query(`create role ops login password '${DB_PASSWORD}'; create schema authorization ops`);
  });
  afterAll(() => server.remove());
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "jp1im-postgres-state-"));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  test("another machine finds it in sync, delivers what was kept, and no row holds a secret", async () => {
    const rig = await tokyoRig({});
    const one = machine("one", rig, { exec: ["false"] });
    const other = machine("other", rig, { file: "out/web.secret" });
    const outcome = await apply(FILES, one.platform());
    expect(outcome?.summary).toMatchObject({ applied: 1, failed: 1 });
    const whileKept = dump();
    const listed = await listState(FILES, other.platform());
    expect(listed.location).toBe(`postgres://ops@127.0.0.1:${server.port}/postgres?state=fleet`);
    expect(listed.kept).toMatchObject([{ address: "tokyo/client/web" }]);
    const saved = await plan(FILES, other.platform());
    const text = serialisePlan(saved);
    const applied = await applySavedPlan(await parsePlan(text, "plan"), {}, other.platform());
    expect(applied.summary).toMatchObject({ applied: 1, failed: 0 });
    expect((await plan(FILES, other.platform())).changes).toEqual([]);
    const rekeyed = await rekeyState(FILES, other.platform({ JP1IM_NEW_STATE_KEY: NEW_KEY }));
    expect(rekeyed).toMatchObject({ already: false, kept: 1, unverified: 0 });
    expect((await plan(FILES, other.platform({ JP1IM_STATE_KEY: NEW_KEY }))).changes).toEqual([]);
    const issued = readFileSync(join(other.cwd, "out/web.secret"), "utf8").trim();
    const secrets = { VALUE, DB_PASSWORD, KEY, issued, password: rig.env.PASSWORD ?? "" };
    expect(Object.values(secrets).every((secret) => secret.length >= 8)).toBe(true);
    expect(whileKept).toContain("jp1im_kept");
    expect(leaksIn([whileKept, dump(), text, JSON.stringify(listed)].join("\n"), secrets)).toEqual([]);
  });

  test("a lock that a dead machine left is shown, and removed by its ID", async () => {
    const rig = await tokyoRig({});
    const one = machine("one", rig, { exec: ["cat"] });
    const platform = () => one.platform({ JP1IM_STATE_KEY: NEW_KEY });
    await apply(FILES, platform());
    const holder = { id: "dead", who: "x@y", host: "y", pid: 1, command: "apply", since: "", heartbeat: "" };
    await server.query(
      `update ops.jp1im_lock set lock_id = 'dead', fence = fence + 1, holder = '${JSON.stringify(holder)}'`,
    );
    expect((await listState(FILES, platform())).locks).toMatchObject([{ manager: "tokyo", id: "dead" }]);
    await expect(apply(FILES, platform())).rejects.toMatchObject({
      diagnostics: [{ code: "state-locked" }],
    });
    expect(await unlockState(FILES, "dead", platform())).toMatchObject({ id: "dead" });
    expect((await listState(FILES, platform())).locks).toBeUndefined();
  });

  test("a connection that others can read is a warning", async () => {
    const rig = await tokyoRig({});
    const one = machine("one", rig, { exec: ["cat"] });
    const warned: Diagnostic[] = [];
    const report = (event: EngineEvent) => {
      if (event.type === "diagnostic" && event.diagnostic.address === undefined)
        warned.push(event.diagnostic);
    };
    const state = "postgres://nowhere.invalid/jp1im?sslmode=disable";
    await expect(plan({ ...FILES, state }, { ...one.platform(), report })).rejects.toThrow("nowhere.invalid");
    expect(warned).toMatchObject([
      { code: "insecure-setting", severity: "warning", summary: expect.stringContaining("clear text") },
    ]);
  });

  test("a server that is gone, or refuses the login, is one diagnostic, and no manager is asked", async () => {
    const rig = await tokyoRig({});
    const one = machine("one", rig, { exec: ["cat"] });
    rig.simulation.clearRequests();
    const wrong = apply(FILES, one.platform({ DB_PASSWORD: "wrong-c4nary" }));
    await expect(wrong).rejects.toMatchObject({ diagnostics: [{ code: "state-unreachable" }] });
    await expect(wrong).rejects.not.toThrow("c4nary");
    const gone = apply({ ...FILES, state: "postgres://127.0.0.1:1/gone" }, one.platform());
    await expect(gone).rejects.toMatchObject({ diagnostics: [{ code: "state-unreachable" }] });
    expect(rig.simulation.requests()).toEqual([]);
  });
});
