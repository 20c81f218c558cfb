import { setTimeout as pause } from "node:timers/promises";
import { parseState } from "../../src/library/inputs/state-settings";
import { createPlatform } from "../../src/library/platform";
import { DiagnosticError, failure } from "../../src/model/diagnostic";
import { parsePostgresUrl } from "../../src/model/postgres-address";
import { type Clock, systemClock } from "../../src/platform/clock";
import { nodeFileSystem } from "../../src/platform/file-system";
import { systemRandom } from "../../src/platform/random";
import type { Database } from "../../src/state/postgres/database";
import { connectPostgres } from "../../src/state/postgres/open-postgres";
import { PostgresSchedule } from "../../src/watch/postgres-schedule";
import type { Schedule, TakeWhen, Turn } from "../../src/watch/schedule";
import { WatchedState } from "../../src/watch/watched-state";
import { describeWithPostgres, PostgresServer } from "../rig/postgres-server";
import { scheduleContract } from "./schedule-contract";

/** Leases are renewed after a tenth of a second, and not of ten. */
const hasty: Clock = { ...systemClock, sleep: (ms, signal) => systemClock.sleep(ms / 100, signal) };
const managers = Array.from({ length: 20 }, (_, n) => `manager-${n}`);

describeWithPostgres("a schedule in PostgreSQL", () => {
  let server: PostgresServer;
  let database: Database;
  let states = 0;

  beforeAll(async () => {
    server = await PostgresServer.start();
    const address = parsePostgresUrl(server.url());
    if ("fault" in address) throw new Error(address.fault);
    const surroundings = { env: server.env, folder: "/", user: "nobody", fileSystem: nodeFileSystem };
    database = await connectPostgres({ address, ...surroundings, clock: systemClock });
  });
  afterAll(() => server?.remove());

  /** Given back after each test: they would be renewed for ever. */
  const turns: Turn[] = [];
  afterEach(async () => {
    await Promise.all(turns.splice(0).map((turn) => turn.giveBack({ waitMs: 0, failures: 0 })));
  });

  async function open(
    state: string,
    clock = systemClock,
    through: Pick<Database, "run"> = database,
    settlesAfterMs = 0,
  ): Promise<Schedule> {
    const schedule = await PostgresSchedule.open({
      ...{ database: through as Database, state, holder: "ops@here 1", clock, random: systemRandom },
      settlesAfterMs,
    });
    const take = async (names: readonly string[], when?: TakeWhen) => {
      const turn = await schedule.take(names, when);
      if (turn !== undefined) turns.push(turn);
      return turn;
    };
    return {
      add: (names: readonly string[], withinMs?: number) => schedule.add(names, withinMs),
      makeDue: (names: readonly string[]) => schedule.makeDue(names),
      nextDue: (names: readonly string[]) => schedule.nextDue(names),
      take,
    };
  }

  scheduleContract(() => open(`contract-${++states}`));

  /** Two replicas of one fleet. */
  async function replicas(clock = systemClock) {
    const state = `fleet-${++states}`;
    const [one, other] = [await open(state, clock), await open(state, clock)];
    await one.add(managers, 3_600_000);
    await other.add(managers, 3_600_000);
    /** As if the replica that has the manager had not been heard of for longer than a lease lasts. */
    const outlast = (manager: string) => leave(manager, -1);
    const leave = (manager: string, seconds: number) =>
      server.query(
        `update jp1im_schedule set lease_until = now() + interval '${seconds} s' where manager = '${manager}' and state = '${state}'`,
      );
    return { one, other, outlast, leave, state };
  }

  test("replicas that take managers at the same time never have the same one, and forget none", async () => {
    const { one, other } = await replicas();
    const begun = await Promise.all(
      Array.from({ length: 2 * managers.length }, (_, n) => (n % 2 === 0 ? one : other).take(managers)),
    );
    const taken = begun.flatMap((turn) => turn?.manager ?? []);
    // A row that another one was just looking at is passed over, and found by the next who asks.
    for (let turn = await one.take(managers); turn; turn = await one.take(managers)) taken.push(turn.manager);
    expect(taken.sort()).toEqual([...managers].sort());
  });

  test("replicas that only compare take no turn from those that apply", async () => {
    const key = Buffer.alloc(32, 7).toString("base64");
    const platform = createPlatform({ env: { ...server.env, JP1IM_STATE_KEY: key } });
    const options = { files: [], state: `${server.url()}?state=modes` };
    const desired = { managers: new Map(), inputs: [] };
    const schedules = [];
    for (const mode of ["drift", "apply", "apply"] as const)
      schedules.push((await new WatchedState({ ...options, mode }, platform).of(desired)).schedule);
    for (const schedule of schedules) await schedule.add(["tokyo"], 60_000);
    const taken = await Promise.all(schedules.map((schedule) => schedule.take(["tokyo"])));
    turns.push(...taken.flatMap((turn) => turn ?? []));
    expect(taken.map((turn) => turn?.manager).sort()).toEqual(["tokyo", "tokyo", undefined]);
    expect(taken[0]).toBeDefined();
  });

  test("a state that is moved to another name has the turns of the replicas there", async () => {
    const platform = createPlatform({ env: server.env });
    const named = (name: string) => ({
      ...{ managers: new Map(), inputs: [] },
      state: parseState(`${server.url()}?state=${name}`, "/"),
    });
    const [mover, resident] = [1, 2].map(() => new WatchedState({ files: [], mode: "drift" }, platform));
    const left = await mover?.of(named("left"));
    const entered = await mover?.of(named("entered"));
    const other = await resident?.of(named("entered"));
    for (const opened of [left, entered, other]) await opened?.schedule.add(["tokyo"], 60_000);
    const taken = await other?.schedule.take(["tokyo"]);
    if (taken !== undefined) turns.push(taken);
    expect(taken?.manager).toBe("tokyo");
    expect(await entered?.schedule.take(["tokyo"])).toBeUndefined();
    expect([left?.place?.location, entered?.place?.location]).toEqual(
      ["left", "entered"].map((name) => expect.stringContaining(`state=${name}`)),
    );
  });

  test("the manager of a replica that died goes to another one when the lease is over, before all that are only due", async () => {
    const { one, other, outlast } = await replicas();
    const dead = await one.take(["manager-7"]);
    expect(await other.take(["manager-7"])).toBeUndefined();
    await outlast("manager-7");
    const next = await other.take(managers);
    expect(next?.manager).toBe("manager-7");
    // The dead one comes back to life, and gives back what is no longer its own.
    await dead?.giveBack({ waitMs: 0, failures: 9 });
    expect(await one.take(["manager-7"])).toBeUndefined();
    await next?.giveBack({ waitMs: 0, failures: 1 });
    expect(await one.take(["manager-7"])).toMatchObject({ failures: 1 });
  });

  test("a replica that lost its lease is told so, and one that renews it keeps it", async () => {
    const { one, other, outlast, leave, state } = await replicas(hasty);
    const kept = await one.take(["manager-1"]);
    const lost = await one.take(["manager-2"]);
    await leave("manager-1", 5);
    await outlast("manager-2");
    // Whoever comes first has it: both renew within a tenth of a second.
    const taker = await other.take(["manager-2"]);
    if (taker === undefined) throw new Error("the lease was renewed in between: this test is too slow");
    await new Promise<void>((resolve) => lost?.lost.addEventListener("abort", () => resolve()));
    expect(lost?.lost.aborted).toBe(true);
    const renewed = `select lease_until > now() + interval '10 s' as is_long from jp1im_schedule
      where state = '${state}' and manager = 'manager-1'`;
    expect(await server.query(renewed)).toMatchObject([{ is_long: true }]);
    expect([kept?.lost.aborted, taker.lost.aborted]).toEqual([false, false]);
  });

  test("a lease that the server cannot confirm for as long as it lasts is lost", async () => {
    const state = `silent-${++states}`;
    let isSilent = false;
    const through = {
      run: (sql: string, values?: readonly unknown[]) =>
        isSilent ? new Promise<never>(() => {}) : database.run(sql, values),
    };
    const schedule = await open(state, hasty, through as Pick<Database, "run">);
    await schedule.add(["tokyo"], 3_600_000);
    const turn = await schedule.take(["tokyo"]);
    isSilent = true;
    await new Promise<void>((resolve) => turn?.lost.addEventListener("abort", () => resolve()));
    expect(turn?.lost.aborted).toBe(true);
    isSilent = false;
  });

  /** A schedule on a network that holds statements back, and delivers them when nobody waits for them any more. */
  async function held(state: string, clock = systemClock) {
    const late: (() => Promise<unknown>)[] = [];
    const network = { isFrozen: false };
    const through = {
      run: (sql: string, values?: readonly unknown[]) => {
        if (!network.isFrozen) return database.run(sql, values);
        late.push(() => database.run(sql, values));
        return Promise.reject(failure({ code: "state-unreachable", summary: "no answer" }));
      },
    };
    const schedule = await open(state, clock, through as Pick<Database, "run">);
    const deliver = async () => {
      network.isFrozen = false;
      for (const statement of late.splice(0)) await statement();
    };
    return { schedule, network, deliver };
  }

  test("a manager that the server gives when nobody waits for it any more is the next one that is taken", async () => {
    const { schedule, network, deliver } = await held(`late-take-${++states}`);
    await schedule.add(["tokyo"]);
    network.isFrozen = true;
    await expect(schedule.take(["tokyo"])).rejects.toBeInstanceOf(DiagnosticError);
    await deliver();
    const turn = await schedule.take(["tokyo"]);
    expect(turn).toMatchObject({ manager: "tokyo" });
    await turn?.giveBack({ waitMs: 0, failures: 0 });
    expect(await schedule.take(["tokyo"])).toMatchObject({ manager: "tokyo" });
  });

  test("a renewal that reaches the server when the lease is over keeps no manager from the others", async () => {
    const { one, outlast, state } = await replicas();
    const { schedule, network, deliver } = await held(state, hasty);
    const turn = await schedule.take(["manager-1"]);
    network.isFrozen = true;
    await new Promise<void>((resolve) => turn?.lost.addEventListener("abort", () => resolve()));
    await outlast("manager-1");
    await deliver();
    expect(await one.take(["manager-1"])).toMatchObject({ manager: "manager-1" });
  });

  test("rows that somebody deletes, and a table that somebody drops, are made again when the managers are added", async () => {
    const state = `deleted-${++states}`;
    const schedule = await open(state);
    await schedule.add(["tokyo"]);
    await server.query(`delete from jp1im_schedule where state = '${state}'`);
    expect(await schedule.nextDue(["tokyo"])).toMatchObject({ isComplete: false });
    await server.query("drop table jp1im_schedule");
    await expect(schedule.nextDue(["tokyo"])).rejects.toMatchObject({
      diagnostics: [
        { code: "state-corrupted", remedy: expect.stringContaining("DROP TABLE IF EXISTS jp1im_schedule") },
      ],
    });
    await schedule.add(["tokyo"]);
    expect(await schedule.take(["tokyo"])).toMatchObject({ manager: "tokyo" });
  });

  test("a statement that comes twice because its answer was lost does what it does once", async () => {
    const state = `twice-${++states}`;
    const through = {
      run: async (sql: string, values?: readonly unknown[]) => {
        await database.run(sql, values);
        return database.run(sql, values);
      },
    };
    const schedule = await open(state, systemClock, through as Pick<Database, "run">);
    await schedule.add(["osaka", "tokyo"], 3_600_000);
    const [first, second] = [
      await schedule.take(["osaka", "tokyo"]),
      await schedule.take(["osaka", "tokyo"]),
    ];
    expect([first?.manager, second?.manager].sort()).toEqual(["osaka", "tokyo"]);
    await first?.giveBack({ waitMs: 0, failures: 4 });
    expect(await schedule.take(["osaka", "tokyo"])).toMatchObject({ manager: first?.manager, failures: 4 });
  });

  test("a role that may not make tables uses the one that another role has made", async () => {
    await server.query(`create role closed login password 'closed'; create schema shared;
      grant usage on schema shared to closed; alter role closed set search_path = shared`);
    const login = { ...server.env, PGUSER: "closed", PGPASSWORD: "closed" };
    const address = parsePostgresUrl(server.url().replace("postgres@", "closed@"));
    if ("fault" in address) throw new Error(address.fault);
    const surroundings = { env: login, folder: "/", user: "nobody", fileSystem: nodeFileSystem };
    const closed = await connectPostgres({ address, ...surroundings, clock: systemClock });
    await expect(open("closed", systemClock, closed)).rejects.toMatchObject({
      diagnostics: [{ remedy: expect.stringContaining("run jp1im watch --once as postgres first") }],
    });
    await open("closed");
    await server.query(`create table shared.jp1im_schedule (like jp1im_schedule including all);
      grant select on shared.jp1im_schedule to closed`);
    const schedule = await open("closed", systemClock, closed);
    const grant = "GRANT INSERT, UPDATE ON shared.jp1im_schedule TO closed";
    await expect(schedule.add(["tokyo"], 3_600_000)).rejects.toMatchObject({
      diagnostics: [{ code: "state-unwritable", remedy: grant }],
    });
    await server.query(grant);
    await schedule.add(["tokyo"], 3_600_000);
    expect(await schedule.take(["tokyo"])).toMatchObject({ manager: "tokyo" });
  });

  /** The database, with its clock set ahead. */
  function setAhead(seconds = 3_600) {
    const ahead = { seconds };
    const through = {
      run: (sql: string, values?: readonly unknown[]) =>
        database.run(
          sql.replaceAll("clock_timestamp()", `(clock_timestamp() + interval '${ahead.seconds} s')`),
          values,
        ),
    };
    return { ahead, through: through as Pick<Database, "run"> };
  }

  test("a dead replica's lease is over one lease after the server's clock was set back", async () => {
    const state = `set-back-${++states}`;
    const before = await open(state, systemClock, setAhead().through);
    await before.add(["tokyo"]);
    await before.take(["tokyo"]);
    const other = await open(state);
    expect(await other.take(["tokyo"])).toBeUndefined();
    await server.query(
      `update jp1im_schedule set lease_until = lease_until - interval '31 s' where state = '${state}'`,
    );
    expect(await other.take(["tokyo"])).toMatchObject({ manager: "tokyo" });
  });

  test("when the server's clock is set forward, no replica takes a manager whose lease only looks over", async () => {
    const state = `set-forward-${++states}`;
    const { ahead, through } = setAhead(0);
    const one = await open(state, systemClock, through);
    const other = await open(state, systemClock, through, 1_000);
    await one.add(["tokyo"]);
    await one.take(["tokyo"]);
    await pause(1_100);
    ahead.seconds = 3_600;
    expect(await other.take(["tokyo"])).toBeUndefined();
    // Its answer shows that the clock was set.
    await other.nextDue(["tokyo"]);
    const { waitMs } = await other.nextDue(["tokyo"]);
    expect(waitMs).toBeGreaterThan(500);
    expect(await other.take(["tokyo"])).toBeUndefined();
    await pause(waitMs + 50);
    expect(await other.take(["tokyo"])).toMatchObject({ manager: "tokyo" });
  });

  test("a replica that starts cannot know whether the server's clock was set, and takes no other one's manager at once", async () => {
    const { outlast, one, state } = await replicas();
    await one.take(["manager-7"]);
    await outlast("manager-7");
    const started = await open(state, systemClock, database, 1_000);
    expect(await started.take(["manager-7"])).toBeUndefined();
    await pause((await started.nextDue(["manager-7"])).waitMs + 50);
    expect(await started.take(["manager-7"])).toMatchObject({ manager: "manager-7" });
  });

  test("a replica that sees the server's clock set back brings its managers forward", async () => {
    const { ahead, through } = setAhead();
    const schedule = await open(`forward-${++states}`, systemClock, through);
    await schedule.add(["tokyo"]);
    await (await schedule.take(["tokyo"]))?.giveBack({ waitMs: 60_000, failures: 0 });
    expect(await schedule.nextDue(["tokyo"])).toMatchObject({ isComplete: true });
    ahead.seconds = 0;
    expect(await schedule.nextDue(["tokyo"])).toMatchObject({ isComplete: false });
    await schedule.add(["tokyo"], 60_000);
    const { waitMs, isComplete } = await schedule.nextDue(["tokyo"]);
    expect([waitMs <= 60_000, isComplete]).toEqual([true, true]);
  });

  test("a server that loses its power and starts again knows who has what", async () => {
    const { one, other } = await replicas();
    const held = await one.take(["manager-3"]);
    await server.stop("immediate");
    const stopped = other.take(["manager-3"]);
    await pause(500);
    await server.startAgain();
    expect(await stopped).toBeUndefined();
    await held?.giveBack({ waitMs: 0, failures: 0 });
    expect(await other.take(["manager-3"])).toMatchObject({ manager: "manager-3" });
  });
});
