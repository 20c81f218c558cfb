import { setTimeout as sleep } from "node:timers/promises";
import { parsePostgresUrl } from "../../src/model/postgres-address";
import { type Clock, systemClock } from "../../src/platform/clock";
import { nodeFileSystem } from "../../src/platform/file-system";
import { openState } from "../../src/state/open-state";
import { openPostgres } from "../../src/state/postgres/open-postgres";
import { readState } from "../../src/state/read-state";
import type { Storage } from "../../src/state/storage";
import { type Cut, CuttingProxy } from "../rig/cutting-proxy";
import { describeWithPostgres, PostgresServer } from "../rig/postgres-server";
import { keepsAState } from "./storage-contract";
import { survivesEveryWait } from "./waits-contract";
import { asker, client, run } from "./world";

let server: PostgresServer;
let proxy: CuttingProxy | undefined;
let states = 0;

/** Pauses between two tries take no time; heartbeats are as far away as ever. */
const hasty: Clock = {
  now: () => Date.now(),
  elapsed: () => performance.now(),
  sleep: (ms, signal) => systemClock.sleep(ms < 60_000 ? 1 : ms, signal),
};

/** A machine's view of a state. */
function machine(
  state: string,
  { port = server.port, clock = hasty, database = "postgres" } = {},
): Promise<Storage> {
  const address = parsePostgresUrl(`postgres://127.0.0.1:${port}/${database}?state=${state}`);
  if ("fault" in address) throw new Error(address.fault);
  const here = { env: server.env, user: "nobody", folder: "/", fileSystem: nodeFileSystem };
  return openPostgres({ address, ...here, clock });
}

const opened = (storage: Storage, more = {}) =>
  openState({ ...run(nodeFileSystem), storage, clock: hasty, ...more });
const addressesIn = async (storage: Storage) => {
  const view = await readState({ storage, report: () => undefined });
  return {
    serial: view.serial("tokyo"),
    addresses: [...view.records()].map(({ address }) => address).sort(),
  };
};

describeWithPostgres("a state in PostgreSQL", () => {
  beforeAll(async () => {
    // Each machine of each test keeps its connections for some seconds.
    server = await PostgresServer.start(["max_connections=500"]);
  });
  afterAll(() => server.remove());
  afterEach(async () => {
    await proxy?.close();
    proxy = undefined;
  });

  const prepare = () => {
    const state = `state-${++states}`;
    return () => machine(state);
  };
  keepsAState(prepare);
  survivesEveryWait(prepare);

  test("a lock of a host that is gone is free one lease after the server's clock was set back", async () => {
    const state = await opened(await machine("set-back"), { clock: systemClock });
    await server.query("update jp1im_lock set renewed = now() + interval '1 h' where state = 'set-back'");
    const next = async () => opened(await machine("set-back"), { host: "elsewhere" });
    await expect(next()).rejects.toMatchObject({ diagnostics: [{ code: "state-locked" }] });
    await server.query("update jp1im_lock set renewed = renewed - interval '31 s' where state = 'set-back'");
    await (await next()).close();
    await state.close().catch(() => undefined);
  });

  test("after the locks were lost, what is written comes after what is there", async () => {
    for (const id of ["app", "web", "api"]) {
      const state = await opened(await machine("lost-locks"));
      state.put(client(id));
      await state.close();
      await server.query("delete from jp1im_lock where state = 'lost-locks'");
    }
    const addresses = ["tokyo/client/api", "tokyo/client/app", "tokyo/client/web"];
    expect(await addressesIn(await machine("lost-locks"))).toEqual({ serial: 3, addresses });
  });

  test("a write is on the server's disk when it is confirmed, whatever the role is set to", async () => {
    await (await opened(await machine("before"))).close();
    await server.query(`
      alter role all set synchronous_commit = off;
      create table seen (setting text);
      create function note() returns trigger language plpgsql as
        $$begin insert into seen values (current_setting('synchronous_commit')); return new; end$$;
      create trigger note before insert on jp1im_log for each row execute function note()`);
    try {
      const state = await opened(await machine("durable"));
      state.put(client("app"));
      await state.close();
      expect(await server.query("select distinct setting from seen")).toMatchObject([{ setting: "on" }]);
    } finally {
      await server.query(
        "alter role all reset synchronous_commit; drop function note cascade; drop table seen",
      );
    }
  });

  test("the heartbeat of a run that writes nothing keeps its lock", async () => {
    const beating: Clock = {
      ...systemClock,
      sleep: (ms, signal) => systemClock.sleep(ms === 10_000 ? 20 : ms, signal),
    };
    const state = await opened(await machine("beating"), { clock: beating });
    await server.query("update jp1im_lock set renewed = renewed - interval '31 s' where state = 'beating'");
    await sleep(500);
    const next = opened(await machine("beating"), { host: "elsewhere" });
    await expect(next).rejects.toMatchObject({ diagnostics: [{ code: "state-locked" }] });
    await state.close();
  });

  test("a lock whose row was edited goes by the ID that the row is found by", async () => {
    const storage = await machine("edited");
    const state = await opened(storage);
    state.put(client("app"));
    await state.flush();
    await server.query("update jp1im_lock set lock_id = 'ffff' where state = 'edited'");
    const holder = await storage.holder("tokyo");
    expect(holder).toMatchObject({ id: "ffff", command: "apply" });
    expect(await storage.unlock("tokyo", "ffff", asker)).toEqual(holder);
    await state.close().catch(() => undefined);
    await (await opened(storage)).close();
  });

  test("shares its database with others, and two first runs make the tables at once", async () => {
    await server.query("create database shared");
    const [one, other] = await Promise.all(
      ["one", "other"].map(async (state) => {
        const storage = await machine(state, { database: "shared" });
        const opened_ = await opened(storage);
        opened_.put(client(state));
        await opened_.close();
        return { addresses: (await addressesIn(storage)).addresses, lineage: opened_.lineage };
      }),
    );
    expect(one?.addresses).toEqual(["tokyo/client/one"]);
    expect(other?.addresses).toEqual(["tokyo/client/other"]);
    expect(one?.lineage).not.toBe(other?.lineage);
  });

  /** A whole run, with every call of the port that writes. */
  async function runThrough(storage: Storage): Promise<void> {
    const state = await opened(storage);
    try {
      state.put(client("first"));
      await state.flush();
      await storage.kept("tokyo").write("0a1b", "sealed");
      state.put(client("second"));
      await state.flush();
      await storage.kept("tokyo").remove("0a1b");
    } finally {
      await state.close();
    }
  }

  test.each<Cut>(["before", "after", "late"])(
    "a connection that is cut at any message (%s) loses nothing, and nothing is done twice",
    async (how) => {
      proxy = await CuttingProxy.start(server.port);
      // How many messages there are without a cut.
      await runThrough(await machine(`state-${++states}`, { port: proxy.port }));
      const all = proxy.messages;
      expect(all).toBeGreaterThan(15);
      for (let at = 1; at <= all; at++) {
        const state = `state-${++states}`;
        proxy.cutAt(at, how);
        await runThrough(await machine(state, { port: proxy.port }));
        await proxy.deliverLate();
        const direct = await machine(state);
        expect([at, await addressesIn(direct)]).toEqual([
          at,
          { serial: 2, addresses: ["tokyo/client/first", "tokyo/client/second"] },
        ]);
        expect([at, await direct.kept("tokyo").list(), await direct.holder("tokyo")]).toEqual([
          at,
          [],
          undefined,
        ]);
      }
    },
  );

  test("a server that is killed in the middle, again and again, keeps everything that it acknowledged", async () => {
    const storage = await machine(`state-${++states}`, { clock: systemClock });
    const state = await opened(storage, { clock: systemClock });
    const acknowledged: string[] = [];
    let isDone = false;
    const writing = (async () => {
      for (let n = 0; !isDone; n++) {
        state.put(client(`app-${n}`));
        await state.flush();
        acknowledged.push(`tokyo/client/app-${n}`);
      }
    })();
    for (let kills = 0; kills < 2; kills++) {
      await sleep(150);
      await server.stop("immediate");
      await server.startAgain();
    }
    isDone = true;
    await writing;
    await state.close();
    const { serial, addresses } = await addressesIn(storage);
    expect(addresses).toEqual([...acknowledged].sort());
    expect(serial).toBe(acknowledged.length);
    expect(acknowledged.length).toBeGreaterThan(6);
  });
});
