import { chmodSync, copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Diagnostic } from "../../src/model/diagnostic";
import { DiagnosticError } from "../../src/model/diagnostic";
import { parsePostgresUrl } from "../../src/model/postgres-address";
import { type Clock, systemClock } from "../../src/platform/clock";
import { nodeFileSystem } from "../../src/platform/file-system";
import { openState } from "../../src/state/open-state";
import { openPostgres } from "../../src/state/postgres/open-postgres";
import { readState } from "../../src/state/read-state";
import type { Storage } from "../../src/state/storage";
import { CuttingProxy } from "../rig/cutting-proxy";
import { describeWithPostgres, PostgresServer } from "../rig/postgres-server";
import { client, run } from "./world";

const FIXTURES = join(__dirname, "../api/fixtures");
let server: PostgresServer;
let proxy: CuttingProxy | undefined;
let storages = 0;

let pauses = 0;
const waits: Diagnostic[] = [];

/** Patience runs out at once: each pause between two tries takes half of all the time that there is. */
function impatient(): Clock {
  let passed = 0;
  const sleep = async (ms: number, signal?: AbortSignal) => {
    if (ms >= 60_000) return systemClock.sleep(ms, signal);
    passed += 30_000;
    pauses += 1;
  };
  return { now: () => Date.now() + passed, elapsed: () => performance.now() + passed, sleep };
}

interface Machine {
  readonly url?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
  readonly folder?: string;
}

function machine({
  url = server.url(),
  env = server.env,
  signal,
  folder = FIXTURES,
}: Machine = {}): Promise<Storage> {
  const address = parsePostgresUrl(url);
  if ("fault" in address) throw new Error(address.fault);
  const here = {
    ...{ user: "nobody", folder, fileSystem: nodeFileSystem, clock: impatient() },
    onWait: (warning: Diagnostic) => waits.push(warning),
  };
  return openPostgres({ address, env, ...here, ...(signal && { signal }) });
}

/** A state of a name of its own. */
const ownState = () => `${server.url()}?state=own-${++storages}`;
const opened = async (storage: Storage | Promise<Storage>, more = {}) =>
  openState({ ...run(nodeFileSystem), storage: await storage, clock: systemClock, ...more });
const locksOf = async (url: string) => (await machine({ url })).managers();

async function refusal(work: Promise<unknown>): Promise<Diagnostic | undefined> {
  const error = await work.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (error !== undefined && !(error instanceof DiagnosticError)) throw error;
  return error?.diagnostics[0];
}

describeWithPostgres("a state in PostgreSQL that cannot be used is one diagnostic", () => {
  beforeAll(async () => {
    const pem = (name: string) => readFileSync(join(FIXTURES, name));
    const files = { "server.pem": pem("server.pem"), "server.key.pem": pem("server.key.pem") };
    const tls = [
      "listen_addresses=127.0.0.1,127.0.0.2",
      "ssl=on",
      "ssl_cert_file=../server.pem",
      "ssl_key_file=../server.key.pem",
    ];
    server = await PostgresServer.start(tls, files);
    await server.query("create database ops");
    // Of somebody else, and in the search path of everybody.
    await server.query("create table jp1im_version (version integer)", "ops");
  });
  afterAll(() => server.remove());
  afterEach(async () => {
    await proxy?.close();
    proxy = undefined;
  });

  const through = (url: string, port: number) => url.replace(`:${server.port}/`, `:${port}/`);

  test.each([
    ["no server", "127.0.0.1:1/postgres", {}, "ECONNREFUSED", "the server runs"],
    ["no database", "127.0.0.1:PORT/gone", {}, '"gone" does not exist', "CREATE DATABASE"],
    [
      "a wrong password",
      "127.0.0.1:PORT/postgres",
      { PGPASSWORD: "c4nary" },
      "authentication failed",
      "PGPASSFILE",
    ],
    [
      "no password",
      "127.0.0.1:PORT/postgres",
      { PGPASSWORD: "" },
      "asks for a password of postgres",
      "PGPASSFILE",
    ],
    ["an unknown authority", "127.0.0.1:PORT/postgres?sslmode=verify-full", {}, "certificate", "sslrootcert"],
    [
      "another authority",
      "127.0.0.1:PORT/postgres?sslmode=verify-ca&sslrootcert=other-ca.pem",
      {},
      "certificate",
      "sslrootcert",
    ],
    [
      "another name",
      "127.0.0.2:PORT/postgres?sslmode=verify-full&sslrootcert=ca.pem",
      {},
      "127.0.0.2",
      "names",
    ],
    [
      "no file of the authority",
      "127.0.0.1:PORT/postgres?sslmode=require&sslrootcert=gone.pem",
      {},
      "gone.pem",
      "path",
    ],
  ])("%s", async (_, place, env, words, remedy) => {
    const url = `postgres://${place.replace("PORT", String(server.port))}`;
    const home = { PGPASSFILE: "/nowhere/pgpass" };
    const refused = await refusal(
      machine({ url, env: { ...server.env, ...home, ...env } }).then((storage) => opened(storage)),
    );
    expect(refused).toMatchObject({ code: "state-unreachable", remedy: expect.stringContaining(remedy) });
    expect(refused?.summary).toContain(words);
    expect(JSON.stringify(refused)).not.toContain("c4nary");
  });

  test.each([
    ["verify-full", "sslmode=verify-full&sslrootcert=ca.pem", true],
    ["verify-ca, under another name", "sslmode=verify-ca&sslrootcert=ca.pem", true],
    ["require", "sslmode=require", true],
    ["disable", "sslmode=disable", false],
  ])("sslmode=%s works where the certificate allows it", async (name, query, isEncrypted) => {
    await server.query(
      "select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'jp1im'",
    );
    const own = `${ownState()}&${query}`;
    const url = name.includes("another") ? own.replace("127.0.0.1", "127.0.0.2") : own;
    const state = await opened(machine({ url }));
    state.put(client("app"));
    await state.flush();
    const rows = await server.query(
      "select distinct ssl from pg_stat_ssl join pg_stat_activity using (pid) where application_name = 'jp1im'",
    );
    await state.close();
    expect(rows).toEqual([{ ssl: isEncrypted }]);
  });

  test("an authority that is replaced while the process runs is read again", async () => {
    const folder = mkdtempSync(join(tmpdir(), "authority-"));
    const replaceWith = (name: string) => copyFileSync(join(FIXTURES, name), join(folder, "ca.pem"));
    replaceWith("other-ca.pem");
    const storage = machine({ url: `${ownState()}&sslmode=verify-full&sslrootcert=ca.pem`, folder });
    expect(await refusal(storage.then((own) => opened(own)))).toMatchObject({ code: "state-unreachable" });
    replaceWith("ca.pem");
    expect(await (await storage).managers()).toEqual([]);
    rmSync(folder, { recursive: true });
  });

  /** A role of that name, with a schema of its own, in a database that only such roles use. */
  async function asRole(role: string, hasSchema = true) {
    await server.query(`create role ${role} login password 'ops-password'`, "ops");
    if (hasSchema) await server.query(`create schema authorization ${role}`, "ops");
    const url = server.url("ops").replace("postgres://postgres@", `postgres://${role}@`);
    return { url, env: { PGPASSWORD: "ops-password" } };
  }

  test("a password file is read as `psql` reads it", async () => {
    const { url } = await asRole("filed");
    const path = join(server.folder, "pgpass");
    writeFileSync(
      path,
      `# *:*:*:*:wrong\nelsewhere:*:*:filed:wrong\n127.0.0.1:${server.port}:*:filed:ops-password\n*:*:*:*:late\n`,
      { mode: 0o600 },
    );
    await expect((await machine({ url, env: { PGPASSFILE: path } })).managers()).resolves.toEqual([]);
    chmodSync(path, 0o644);
    expect(
      await refusal(machine({ url, env: { PGPASSFILE: path } }).then((storage) => storage.managers())),
    ).toMatchObject({ remedy: `chmod 600 ${path}` });
  });

  test("no right to make tables", async () => {
    const at = await asRole("closed", false);
    expect(await refusal(opened(machine(at)))).toMatchObject({
      code: "state-unreadable",
      remedy: expect.stringContaining("CREATE SCHEMA AUTHORIZATION closed"),
    });
    await server.query("create schema authorization closed", "ops");
    await (await opened(machine(at))).close();
  });

  test("no right to the tables that another role made: the remedy grants what is lacking, and no more", async () => {
    const at = await asRole("granted");
    await (await opened(machine(at))).close();
    await server.query("revoke insert, update, delete on all tables in schema granted from granted", "ops");
    const refused = await refusal(opened(machine(at)));
    const [advice, statements = ""] = refused?.remedy?.split(" is to write: ") ?? [];
    expect([refused?.code, advice]).toEqual([
      "state-unwritable",
      "use the role that writes (docs/state.md has three roles); or, if granted",
    ]);
    expect(statements.split("; ")).toEqual([
      "GRANT INSERT, UPDATE, DELETE ON granted.jp1im_kept TO granted",
      "GRANT INSERT, UPDATE ON granted.jp1im_lineage TO granted",
      "GRANT INSERT, UPDATE ON granted.jp1im_lock TO granted",
      "GRANT INSERT, DELETE ON granted.jp1im_log TO granted",
    ]);
    await server.query(statements, "ops");
    await (await opened(machine(at))).close();
  });

  test("a role that only reads is asked to get no right to write", async () => {
    const at = await asRole("planner");
    await (await opened(machine(at))).close();
    await server.query("revoke all on planner.jp1im_kept from planner", "ops");
    expect(await refusal(machine(at).then((storage) => storage.kept("tokyo").list()))).toMatchObject({
      code: "state-unreadable",
      remedy: "GRANT SELECT ON planner.jp1im_kept TO planner",
    });
  });

  test("a schema whose owner has not made the tables yet", async () => {
    const at = await asRole("writer", false);
    await asRole("maker", false);
    await server.query(
      `create schema shelf authorization maker; grant usage on schema shelf to writer;
      alter role writer set search_path = shelf; alter role maker set search_path = shelf`,
      "ops",
    );
    expect(await refusal(opened(machine(at)))).toMatchObject({
      code: "state-unwritable",
      remedy: expect.stringContaining("run jp1im apply as maker first, the role that owns the schema shelf"),
    });
    await server.query("revoke usage on schema shelf from writer", "ops");
    expect(await refusal(opened(machine(at)))).toMatchObject({
      code: "state-unwritable",
      remedy: expect.stringContaining("GRANT USAGE ON SCHEMA"),
    });
  });

  test("a table, or a column of one, that somebody dropped", async () => {
    const at = await asRole("dropped");
    await (await opened(machine(at))).close();
    const damages = ["alter table dropped.jp1im_log drop column lines", "drop table dropped.jp1im_log"];
    for (const damage of damages) {
      await server.query(damage, "ops");
      expect(await refusal(machine(at).then((storage) => storage.read("tokyo")))).toMatchObject({
        code: "state-corrupted",
        remedy: expect.stringContaining("restore the tables from a backup of the database"),
      });
    }
  });

  test("a damaged log is restored from a copy: there is no file", async () => {
    const url = ownState();
    const state = await opened(machine({ url }));
    state.put(client("app"));
    await state.close();
    await server.query("update jp1im_log set lines = 'garbage\n\n'");
    expect(await refusal(opened(machine({ url })))).toMatchObject({
      code: "state-corrupted",
      summary: expect.stringContaining("line 1 of state.log of tokyo in postgres://"),
      remedy:
        "put back a copy that `jp1im state pull` printed, if there is one: `jp1im state push --force --manager tokyo BACKUP`",
    });
  });

  test("a read-only replica", async () => {
    const at = await asRole("replica");
    await (await opened(machine(at))).close();
    await server.query("alter role replica set default_transaction_read_only = on");
    expect(await refusal(opened(machine(at)))).toMatchObject({
      code: "state-unwritable",
      remedy: expect.stringContaining("primary"),
    });
    // To look at it needs no more.
    expect(await (await machine(at)).managers()).toEqual([]);
  });

  test("too many connections, after the run has waited for one", async () => {
    const at = await asRole("crowded");
    await server.query("alter role crowded connection limit 0");
    expect(await refusal(opened(machine(at)))).toMatchObject({
      code: "state-unreachable",
      summary: expect.stringContaining("too many connections"),
      remedy: expect.stringContaining("max_connections"),
    });
  });

  test("a table that another session locks, with a statement_timeout", async () => {
    const at = await asRole("locked");
    await (await opened(machine(at))).close();
    await server.query("alter role locked set statement_timeout = 100");
    const holding = server.query("begin; lock table locked.jp1im_lock; select pg_sleep(2)", "ops");
    const held =
      "select 1 from pg_locks where mode = 'AccessExclusiveLock' and relation = 'locked.jp1im_lock'::regclass";
    while ((await server.query(held, "ops")).length === 0);
    expect(await refusal(opened(machine(at)))).toMatchObject({
      code: "state-unreachable",
      remedy: expect.stringContaining("statement_timeout"),
    });
    await holding;
  });

  test("tables of a later version, which nobody touches", async () => {
    const at = await asRole("later");
    await (await opened(machine(at))).close();
    await server.query("update later.jp1im_version set version = 2", "ops");
    const refused = {
      code: "state-unreadable",
      summary: expect.stringContaining("have version 2, and this version of jp1im knows 1"),
    };
    expect(await refusal(opened(machine(at)))).toMatchObject(refused);
    expect(await refusal(machine(at).then((storage) => storage.managers()))).toMatchObject(refused);
  });

  test("a server that is too old", async () => {
    const older = (answer: Buffer) =>
      Buffer.from(answer.toString("latin1").replace(/(?<!\d)1[2-9](\d{4})(?!\d)/, "11$1"), "latin1");
    proxy = await CuttingProxy.start(server.port, older);
    expect(await refusal(opened(machine({ url: through(server.url(), proxy.port) })))).toMatchObject({
      code: "state-unreachable",
      summary: expect.stringContaining("has version 11"),
      remedy: expect.stringContaining("12"),
    });
  });

  /** A state in the middle of a run, with one record that is durable. */
  async function inTheMiddle(url: string) {
    const state = await opened(machine({ url }));
    state.put(client("durable"));
    await state.flush();
    state.put(client("late"));
    return state;
  }

  test("a full disk, and what was flushed before stays", async () => {
    const url = ownState();
    const state = await inTheMiddle(url);
    await server.query(
      "create function full_disk() returns trigger language plpgsql as $$ begin raise 'could not extend file' using errcode = 'disk_full'; end $$; create trigger full_disk before insert on jp1im_log execute function full_disk()",
    );
    expect(await refusal(state.flush())).toMatchObject({
      code: "state-unwritable",
      remedy: expect.stringContaining("make room"),
    });
    await server.query("drop function full_disk cascade");
    await state.close().catch(() => undefined);
    expect(await locksOf(url)).toEqual(["tokyo"]);
    const view = await readState({ storage: await machine({ url }), report: () => undefined });
    expect([...view.records()].map(({ address }) => address)).toEqual(["tokyo/client/durable"]);
  });

  test("a replica that took over without the latest writes, which it had acknowledged", async () => {
    const url = ownState();
    const state = await inTheMiddle(url);
    await server.query("update jp1im_lock set writes = 0");
    expect(await refusal(state.flush())).toMatchObject({
      code: "state-unwritable",
      summary: expect.stringContaining("lost confirmed writes"),
    });
    await state.close().catch(() => undefined);
  });

  test("a lock whose row somebody deleted is lost, and the next run's log is in order", async () => {
    const url = ownState();
    for (const _ of [1, 2]) {
      const state = await inTheMiddle(url);
      await server.query("delete from jp1im_lock");
      expect(await refusal(state.flush())).toMatchObject({ code: "lock-lost" });
      await state.close().catch(() => undefined);
    }
    const next = await opened(machine({ url }));
    next.put(client("next"));
    await next.close();
    const view = await readState({ storage: await machine({ url }), report: () => undefined });
    expect(view.serial("tokyo")).toBe(3);
  });

  test("the lineage of another state", async () => {
    const url = ownState();
    await (await inTheMiddle(url)).close();
    await server.query(`update jp1im_lineage set lineage = repeat('0', 32)`);
    expect(await refusal(opened(machine({ url })))).toMatchObject({ code: "state-corrupted" });
  });

  test("how old a lock is, the server's clock tells, and it is taken over after half a minute of silence", async () => {
    const url = ownState();
    const state = await inTheMiddle(url);
    const age = async () => {
      const holder = await (await machine({ url })).holder("tokyo");
      return Math.round((Date.now() - Date.parse(holder?.heartbeat ?? "")) / 5_000) * 5;
    };
    expect(await age()).toBe(0);
    await server.query("update jp1im_lock set renewed = renewed - interval '20 seconds'");
    expect(await age()).toBe(20);
    const elsewhere = { host: "elsewhere" };
    expect(await refusal(opened(await machine({ url }), elsewhere))).toMatchObject({ code: "state-locked" });
    await server.query("update jp1im_lock set renewed = renewed - interval '11 seconds'");
    const next = await opened(await machine({ url }), elsewhere);
    state.put(client("late"));
    expect(await refusal(state.flush())).toMatchObject({ code: "lock-lost" });
    await next.close();
    await state.close().catch(() => undefined);
  });

  test("a server that stays away, which a run waits for once", async () => {
    const url = ownState();
    const storage = await machine({ url });
    const state = await opened(storage);
    state.put(client("app"));
    await server.stop("immediate");
    pauses = 0;
    waits.length = 0;
    expect(await refusal(state.flush())).toMatchObject({ code: "state-unreachable" });
    expect(pauses).toBe(2);
    const summary = expect.stringMatching(/127\.0\.0\.1 .*: waiting up to 60 s for it$/);
    expect(waits).toMatchObject([{ code: "state-unreachable", severity: "warning", summary }]);
    await state.close().catch(() => undefined);
    expect(await refusal(storage.managers())).toMatchObject({ code: "state-unreachable" });
    expect(pauses).toBe(2);
    await server.startAgain();
    expect(await storage.managers()).toEqual(["tokyo"]);
  });

  test("a server that shuts down, after the run was cancelled", async () => {
    const cancelled = new AbortController();
    const url = ownState();
    const state = await opened(machine({ url, signal: cancelled.signal }));
    state.put(client("app"));
    cancelled.abort();
    await server.stop();
    expect(await refusal(state.flush())).toMatchObject({ code: "state-unreachable" });
    await state.close().catch(() => undefined);
    await server.startAgain();
    expect(await (await machine({ url })).read("tokyo")).toBeUndefined();
  });
});
