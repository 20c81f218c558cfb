/** The first Ctrl-C while a server does not answer what is asked about a lock, or under it. */
import type { Diagnostic } from "../../src/model/diagnostic";
import { systemRandom } from "../../src/platform/random";
import { holdAll } from "../../src/state/hold-all";
import { newHolder } from "../../src/state/lock/holder";
import type { RemoteBackend } from "../../src/state/remote/backend";
import { RemoteStorage } from "../../src/state/remote/remote-storage";
import { ManualClock } from "../platform/manual-clock";

const CANCELLED = { diagnostics: [{ code: "cancelled" }] };
const WAITS = (seconds: number) =>
  expect.objectContaining({
    ...{ code: "state-unreachable", severity: "warning" },
    summary: `waiting up to ${seconds} s for an answer of the state's server, so that nothing stays half done: the part of tokyo`,
  });

type Call = "swap" | "unswap" | "write" | "read" | "ask" | "forget" | "drop";

/** A server that answers a call once a test lets it, if the call is in `hangs`. */
class SlowServer {
  readonly clock = new ManualClock();
  readonly stop = new AbortController();
  readonly reported: Diagnostic[] = [];
  readonly hangs = new Set<Call>();
  /** Locks, by manager. */
  readonly locks = new Map<string, string>();
  readonly written: string[] = [];
  readonly #waiting: (() => void)[] = [];
  readonly storage: RemoteStorage;
  /** Whether the request that changes something is on its way before the server hangs. */
  sends = true;

  constructor(lease?: RemoteBackend["lease"]) {
    const backend: Partial<RemoteBackend> = {
      location: "the server",
      ...(lease && { lease }),
      describe: (manager) => `the part of ${manager}`,
      identity: async () => undefined,
      holder: async (manager, begin) => {
        if (begin) await this.#change("ask", begin);
        const id = this.locks.get(manager);
        return id === undefined
          ? undefined
          : newHolder({ ...this.run, random: { ...systemRandom, bytes: () => Buffer.from(id, "hex") } });
      },
      forget: async (manager, begin) => {
        await this.#change("forget", begin);
        this.written.push(`no ${manager}`);
        return true;
      },
      dropHistory: async (begin) => {
        await this.#change("drop", begin);
        this.written.push("no history");
      },
      read: async () => {
        await this.#answer("read");
        return undefined;
      },
      write: async (manager) => {
        await this.#answer("write");
        this.written.push(manager);
      },
      swapLock: async (manager, _expected, next, begin) => {
        await this.#change(next ? "swap" : "unswap", begin);
        if (next) this.locks.set(manager, next.id);
        else this.locks.delete(manager);
        return true;
      },
    };
    this.storage = new RemoteStorage(backend as RemoteBackend, undefined, this.stop.signal);
  }

  get run() {
    return {
      ...{ command: "apply", who: "operator@build-7", host: "build-7", pid: 100, lockTimeoutMs: 0 },
      ...{ clock: this.clock, random: systemRandom, isProcessAlive: () => true, signal: this.stop.signal },
      report: (diagnostic: Diagnostic) => void this.reported.push(diagnostic),
    };
  }

  hold() {
    return this.storage.hold("tokyo", this.run);
  }

  answer(): void {
    this.hangs.clear();
    for (const wake of this.#waiting.splice(0)) wake();
  }

  async #change(call: Call, begin?: () => void): Promise<void> {
    if (this.sends) begin?.();
    await this.#answer(call);
    if (!this.sends) begin?.();
  }

  async #answer(call: Call): Promise<void> {
    if (this.hangs.has(call)) await new Promise<void>((resolve) => this.#waiting.push(resolve));
  }
}

/** How work has ended by now. */
async function endOf(work: Promise<unknown>): Promise<unknown> {
  const end = work.then(
    () => "done",
    (error) => error,
  );
  for (let turn = 0; turn < 5; turn++) await new Promise((resolve) => setImmediate(resolve));
  return Promise.race([end, "waits"]);
}

test("a run that has not yet sent what takes the lock ends at once, and sends it no more", async () => {
  const server = new SlowServer();
  server.sends = false;
  server.hangs.add("swap");
  const holding = server.hold();
  server.stop.abort();
  expect(await endOf(holding)).toMatchObject(CANCELLED);
  server.answer();
  await server.clock.advance(10_000);
  expect([...server.locks, ...server.reported]).toEqual([]);
});

test("a lock that the request under way took is given back, without a word where the answer comes soon", async () => {
  const server = new SlowServer();
  server.hangs.add("swap");
  const holding = server.hold();
  server.stop.abort();
  expect(await endOf(holding)).toBe("waits");
  server.answer();
  expect(await endOf(holding)).toMatchObject(CANCELLED);
  expect([...server.locks, ...server.reported]).toEqual([]);
});

test("where no answer comes, the run says at once what it waits for, and then how the lock is removed", async () => {
  const server = new SlowServer();
  server.hangs.add("swap");
  const holding = server.hold();
  server.stop.abort();
  const end = endOf(holding);
  await server.clock.advance(1_000);
  expect(server.reported).toEqual([WAITS(5)]);
  await server.clock.advance(4_000);
  expect(await end).toBe("waits");
  expect(await endOf(holding)).toMatchObject(CANCELLED);
  const [, left] = server.reported;
  expect(left).toMatchObject({ code: "state-locked", severity: "warning" });
  const id = /may have left it there with the ID ([0-9a-f]{16})$/.exec(left?.summary ?? "")?.[1];
  expect(left?.remedy).toContain(`jp1im state unlock ${id}`);
  // The answer comes after all, in a process that goes on.
  server.answer();
  await server.clock.advance(0);
  expect([...server.locks]).toEqual([]);
});

test("a lock with a lease that may be left runs out by itself", async () => {
  const server = new SlowServer({ heartbeatMs: 10_000, ttlMs: 30_000 });
  server.hangs.add("swap");
  const holding = server.hold();
  server.stop.abort();
  const end = expect(holding).rejects.toMatchObject(CANCELLED);
  await server.clock.advance(5_000);
  await end;
  expect(server.reported[1]?.remedy).toMatch(/^nothing has to be done: it runs out by itself, 30 seconds/);
});

test("a read under a lock ends at once, and the lock is given back", async () => {
  const server = new SlowServer();
  const held = await server.hold();
  server.hangs.add("read");
  const reading = held.read();
  server.stop.abort();
  expect(await endOf(reading)).toMatchObject(CANCELLED);
  await held.release();
  expect([...server.locks, ...server.reported]).toEqual([]);
});

test("a write under a lock is finished, and the run says for how long it waits at most", async () => {
  const server = new SlowServer();
  const held = await server.hold();
  server.hangs.add("write");
  const writing = held.log(0, false).append([Buffer.from("line")]);
  server.stop.abort();
  await server.clock.advance(20_000);
  expect(await endOf(writing)).toBe("waits");
  expect(server.reported).toEqual([WAITS(60)]);
  server.answer();
  await writing;
  expect(server.written).toEqual(["tokyo"]);
  await held.release();
});

test("a write that is not answered is given up, and so is the release behind it, which says how the lock is removed", async () => {
  const server = new SlowServer();
  const held = await server.hold();
  server.hangs.add("write");
  const writing = held.log(0, false).append([Buffer.from("line")]);
  const failed = expect(writing).rejects.toThrow("no answer within 60 s after the run was cancelled");
  server.stop.abort();
  await server.clock.advance(60_000);
  await failed;
  const released = held.release();
  await server.clock.advance(5_000);
  await released;
  expect(server.reported).toEqual([
    WAITS(60),
    WAITS(5),
    expect.objectContaining({
      summary: expect.stringMatching(/^the lock of the part of tokyo could not be removed: .* within 5 s/),
      remedy: expect.stringContaining(`jp1im state unlock ${server.locks.get("tokyo")}`),
    }),
  ]);
});

test("a run that is cancelled between two locks takes no other one, and gives the first one back", async () => {
  const server = new SlowServer();
  const taken: string[] = [];
  const storage = {
    hold: async (manager: string) => {
      taken.push(manager);
      server.stop.abort();
      return { release: async () => void taken.push(`${manager} back`) };
    },
  };
  const locks = { ...server.run, storage: storage as unknown as RemoteStorage, managers: ["osaka", "tokyo"] };
  await expect(holdAll(locks)).rejects.toMatchObject(CANCELLED);
  expect(taken).toEqual(["osaka", "osaka back"]);
});

const OTHER = "0123456789abcdef";
/** By the call that hangs: what a run asks for, where, how long it waits for the answer, and what then has happened. */
const CHANGES: readonly (readonly [
  Call,
  (server: SlowServer) => Promise<unknown>,
  string,
  number,
  string[],
])[] = [
  ["ask", ({ storage, run }) => storage.holder("tokyo", run), "the part of tokyo", 5, [OTHER]],
  ["ask", ({ storage, run }) => storage.unlock("tokyo", OTHER, run), "the part of tokyo", 5, [OTHER]],
  ["unswap", ({ storage, run }) => storage.unlock("tokyo", OTHER, run), "the part of tokyo", 5, []],
  [
    "forget",
    ({ storage, run }) => storage.forget?.("kobe", run) ?? never(),
    "the part of kobe",
    60,
    [OTHER, "no kobe"],
  ],
  ["drop", ({ storage, run }) => storage.dropHistory(run), "the server", 60, [OTHER, "no history"]],
];

const never = () => Promise.reject(new Error("this storage forgets nothing"));

function locked(call: Call): SlowServer {
  const server = new SlowServer();
  server.locks.set("tokyo", OTHER);
  server.hangs.add(call);
  return server;
}

test.each(CHANGES)(
  "%s: a cancelled run that still reads ends at once, and changes nothing",
  async (call, ask) => {
    const server = locked(call);
    server.sends = false;
    const asked = ask(server);
    await endOf(Promise.resolve());
    server.stop.abort();
    expect(await endOf(asked)).toMatchObject(CANCELLED);
    server.answer();
    await endOf(Promise.resolve());
    expect([[...server.locks.values()], server.written, server.reported]).toEqual([[OTHER], [], []]);
  },
);

test.each(CHANGES)(
  "%s: what a cancelled run has sent is waited for",
  async (call, ask, place, seconds, after) => {
    const server = locked(call);
    const asked = ask(server);
    await endOf(Promise.resolve());
    server.stop.abort();
    await server.clock.advance(1_000);
    expect(await endOf(asked)).toBe("waits");
    expect(server.reported).toEqual([
      expect.objectContaining({ summary: expect.stringMatching(`up to ${seconds} s .*: ${place}$`) }),
    ]);
    server.answer();
    await endOf(asked);
    expect([...server.locks.values(), ...server.written]).toEqual(after);
  },
);

test.each(CHANGES)("%s: and is given up when no answer comes", async (call, ask, _place, seconds) => {
  const server = locked(call);
  const asked = expect(ask(server)).rejects.toThrow(
    `no answer within ${seconds} s after the run was cancelled`,
  );
  await endOf(Promise.resolve());
  server.stop.abort();
  await server.clock.advance(seconds * 1_000);
  await asked;
});
