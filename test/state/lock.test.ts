import { inspect } from "node:util";
import { DiagnosticError } from "../../src/model/diagnostic";
import type { LockHolder } from "../../src/model/state-listing";
import { formatTime } from "../../src/platform/clock";
import { unlock } from "../../src/state/local/unlock";
import { openState } from "../../src/state/open-state";
import { ManualClock } from "../platform/manual-clock";
import { MemoryFileSystem } from "../platform/memory-file-system";
import { CLAIM, client, LOCK, LOG, PARTITION, reopen, run } from "./world";

const MINUTE = 60_000;

async function failureOf(promise: Promise<unknown>): Promise<DiagnosticError> {
  const error = await promise.then(
    () => undefined,
    (reason) => reason,
  );
  expect(error).toBeInstanceOf(DiagnosticError);
  return error;
}

function holder(fileSystem: MemoryFileSystem): LockHolder {
  return JSON.parse(fileSystem.peek(LOCK)?.toString() ?? "null");
}

/** A lock as another run left it. */
function placeLock(fileSystem: MemoryFileSystem, more: Partial<LockHolder>): void {
  placeHolder(fileSystem, LOCK, more);
}

function placeHolder(fileSystem: MemoryFileSystem, path: string, more: Partial<LockHolder>): void {
  const since = formatTime(Date.UTC(2030, 0, 1));
  const lock = {
    id: "other",
    who: "eve@build-9",
    host: "build-9",
    pid: 7,
    command: "destroy",
    since,
    heartbeat: since,
  };
  fileSystem.place(path, JSON.stringify({ ...lock, ...more }));
}

describe("the lock", () => {
  test("that is held is refused with who, where, since when and the way out", async () => {
    const fileSystem = new MemoryFileSystem();
    placeLock(fileSystem, {});
    const failure = await failureOf(openState(run(fileSystem)));
    const [diagnostic] = failure.diagnostics;
    expect(diagnostic?.code).toBe("state-locked");
    for (const part of [
      "eve@build-9",
      "process 7 on build-9",
      "destroy",
      "2030-01-01T00:00:00Z",
      PARTITION,
    ]) {
      expect(diagnostic?.summary).toContain(part);
    }
    expect(diagnostic?.remedy).toContain("jp1im state unlock other");
    expect(holder(fileSystem).id).toBe("other");
  });

  test("is waited for, and taken when it becomes free", async () => {
    const fileSystem = new MemoryFileSystem();
    const clock = new ManualClock();
    const first = await openState(run(fileSystem, { clock }));
    const opening = openState(run(fileSystem, { clock, lockTimeoutMs: MINUTE }));
    await clock.advance(20_000);
    await first.close();
    await clock.advance(1_000);
    await (await opening).close();
    expect(fileSystem.paths()).not.toContain(LOCK);
  });

  test("is waited for no longer than asked", async () => {
    const fileSystem = new MemoryFileSystem();
    const clock = new ManualClock();
    placeLock(fileSystem, {});
    const opening = failureOf(openState(run(fileSystem, { clock, lockTimeoutMs: 5_000 })));
    const start = clock.now();
    await clock.advance(5_000);
    expect((await opening).diagnostics[0]?.code).toBe("state-locked");
    expect(clock.now() - start).toBe(5_000);
  });

  test("is not waited for once the run is cancelled", async () => {
    const fileSystem = new MemoryFileSystem();
    placeLock(fileSystem, {});
    const cancelled = new AbortController();
    const opening = failureOf(
      openState(run(fileSystem, { lockTimeoutMs: MINUTE, signal: cancelled.signal })),
    );
    cancelled.abort();
    expect((await opening).diagnostics[0]?.code).toBe("cancelled");
  });

  test("goes to exactly one of many that open at once", async () => {
    const fileSystem = new MemoryFileSystem();
    const results = await Promise.allSettled(Array.from({ length: 20 }, () => openState(run(fileSystem))));
    expect(results.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
  });

  test("keeps its heartbeat while the run lives", async () => {
    const fileSystem = new MemoryFileSystem();
    const clock = new ManualClock();
    const state = await openState(run(fileSystem, { clock }));
    const before = holder(fileSystem);
    await clock.advance(3 * MINUTE);
    expect(holder(fileSystem)).toEqual({ ...before, heartbeat: "2030-01-01T00:03:00Z" });
    await state.close();
    await clock.advance(3 * MINUTE);
    expect(fileSystem.paths()).toEqual([]);
  });

  test("of a live run is never stale, however long it runs", async () => {
    const fileSystem = new MemoryFileSystem();
    const clock = new ManualClock();
    const state = await openState(run(fileSystem, { clock }));
    await clock.advance(60 * MINUTE);
    await failureOf(openState(run(fileSystem, { clock, host: "elsewhere" })));
    state.put(client("web"));
    await state.close();
  });

  test("survives a heartbeat that fails", async () => {
    const fileSystem = new MemoryFileSystem();
    const clock = new ManualClock();
    const state = await openState(run(fileSystem, { clock }));
    fileSystem.onCall = ({ name }) => (name === "rename" ? "EIO" : undefined);
    await clock.advance(2 * MINUTE);
    fileSystem.onCall = () => undefined;
    await clock.advance(MINUTE);
    expect(holder(fileSystem).heartbeat).toBe("2030-01-01T00:03:00Z");
    await state.close();
  });
});

describe("a lock that was left behind", () => {
  test.each([
    ["by a dead process of this host", { host: "build-7" }, 0],
    ["by another host, ten minutes without a heartbeat", {}, 10 * MINUTE + 1_000],
  ])("%s is taken over with a warning", async (_, more, age) => {
    const fileSystem = new MemoryFileSystem();
    placeLock(fileSystem, more);
    const clock = new ManualClock(Date.UTC(2030, 0, 1) + age);
    const options = run(fileSystem, { clock, isProcessAlive: () => false });
    const state = await openState(options);
    expect(options.warnings).toMatchObject([{ code: "lock-taken-over", severity: "warning" }]);
    expect(options.warnings[0]?.summary).toContain("eve@build-9");
    expect(holder(fileSystem).who).toBe("operator@build-7");
    expect(fileSystem.paths()).toEqual([LOCK]);
    await state.close();
  });

  test.each([
    ["a live process of this host, however old", { host: "build-7" }, 600 * MINUTE],
    ["another host with a fresh heartbeat", {}, 10 * MINUTE],
  ])("is not taken from %s", async (_, more, age) => {
    const fileSystem = new MemoryFileSystem();
    placeLock(fileSystem, more);
    const clock = new ManualClock(Date.UTC(2030, 0, 1) + age);
    await failureOf(openState(run(fileSystem, { clock, isProcessAlive: () => true })));
    expect(holder(fileSystem).id).toBe("other");
  });

  test("with the number of the very process that looks is that of a killed predecessor, and taken over", async () => {
    const fileSystem = new MemoryFileSystem();
    placeLock(fileSystem, { host: "build-7", pid: 1 });
    const options = run(fileSystem, { pid: 1, isProcessAlive: () => true });
    const state = await openState(options);
    expect(options.warnings).toMatchObject([{ code: "lock-taken-over", severity: "warning" }]);
    // Two runs of one process still exclude each other.
    await failureOf(openState(run(fileSystem, { pid: 1 })));
    await state.close();
  });

  test.each([
    ["that began at another time is gone", "boot/1", "boot/2", true],
    ["that began at the same time lives", "boot/1", "boot/1", false],
    ["of which the lock does not tell when it began lives", undefined, "boot/1", false],
    ["of which the machine does not tell when it began lives", "boot/1", undefined, false],
  ])("and the number of a live process %s", async (_, processStart, now, isGone) => {
    const fileSystem = new MemoryFileSystem();
    placeLock(fileSystem, { host: "build-7", ...(processStart && { processStart }) });
    const opening = openState(run(fileSystem, { processStart: () => now }));
    if (isGone) await expect((await opening).close()).resolves.toBeUndefined();
    else expect((await failureOf(opening)).diagnostics).toMatchObject([{ code: "state-locked" }]);
  });

  test("goes to exactly one of many that would take it over", async () => {
    for (let round = 0; round < 20; round++) {
      const fileSystem = new MemoryFileSystem();
      placeLock(fileSystem, { host: "build-7" });
      const alive = (pid: number) => pid !== 7;
      const results = await Promise.allSettled(
        Array.from({ length: 2 + round }, () => openState(run(fileSystem, { isProcessAlive: alive }))),
      );
      expect(results.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
      expect(fileSystem.paths()).toEqual([LOCK]);
    }
  });

  test("is looked at again under the claim to it: one that was renewed meanwhile stays", async () => {
    const fileSystem = new MemoryFileSystem();
    placeLock(fileSystem, {});
    const clock = new ManualClock(Date.UTC(2030, 0, 1) + 11 * MINUTE);
    fileSystem.onCall = ({ name, path }) => {
      if (name === "link" && path === CLAIM) placeLock(fileSystem, { heartbeat: formatTime(clock.now()) });
      return undefined;
    };
    await failureOf(openState(run(fileSystem, { clock })));
    expect(holder(fileSystem).id).toBe("other");
    expect(fileSystem.paths()).toEqual([LOCK]);
  });

  test("is given back, with the folder that it made, while it is taken over: then it is free", async () => {
    const fileSystem = new MemoryFileSystem();
    placeLock(fileSystem, { host: "build-7", pid: 7 });
    const open = fileSystem.open.bind(fileSystem);
    let isReleased = false;
    fileSystem.open = async (path, ...rest) => {
      if (isReleased || path === LOCK) return open(path, ...rest);
      isReleased = true;
      await fileSystem.unlink(LOCK);
      throw Object.assign(new Error("no such folder"), { code: "ENOENT" });
    };
    const options = run(fileSystem, { isProcessAlive: () => false });
    await (await openState(options)).close();
    expect([isReleased, options.warnings]).toEqual([true, []]);
  });

  test("and that a live run has the claim to is left to it", async () => {
    const fileSystem = new MemoryFileSystem();
    placeLock(fileSystem, { host: "build-7" });
    placeHolder(fileSystem, CLAIM, { host: "build-7", pid: 8, id: "taker" });
    const options = run(fileSystem, { isProcessAlive: (pid) => pid === 8 });
    expect((await failureOf(openState(options))).diagnostics[0]?.remedy).toContain("unlock other");
    expect(fileSystem.paths()).toEqual([LOCK, CLAIM]);
  });

  test("is taken over past the claims of any number of runs that died over it, and they are cleared away", async () => {
    const fileSystem = new MemoryFileSystem();
    placeLock(fileSystem, { host: "build-7" });
    const dead = ["other", "one", "two", "three"];
    for (const [index, id] of dead.slice(1).entries()) {
      placeHolder(fileSystem, `${LOCK}.takeover.${dead[index]}`, { host: "build-7", id });
    }
    const state = await openState(run(fileSystem, { isProcessAlive: () => false }));
    expect(fileSystem.paths()).toEqual([LOCK]);
    await state.close();
  });

  test("unreadable, is held against others until it is old, then taken over", async () => {
    const clock = new ManualClock();
    const fileSystem = new MemoryFileSystem({ now: () => clock.now() });
    fileSystem.place(LOCK, "");
    const failure = await failureOf(openState(run(fileSystem, { clock, isProcessAlive: () => false })));
    expect(failure.diagnostics[0]?.remedy).toContain("unlock unreadable");
    await clock.advance(11 * MINUTE);
    await (await openState(run(fileSystem, { clock, isProcessAlive: () => false }))).close();
    expect(fileSystem.paths()).not.toContain(LOCK);
  });
});

describe("a lock that was lost", () => {
  test("keeps everything from being written, for ever", async () => {
    const fileSystem = new MemoryFileSystem();
    const state = await openState(run(fileSystem));
    state.put(client("first"));
    await state.flush();
    const bytes = fileSystem.peek(LOG);
    const mine = fileSystem.peek(LOCK) ?? "";
    placeLock(fileSystem, {});
    state.put(client("second"));
    const failure = await failureOf(state.flush());
    expect(failure.diagnostics[0]?.code).toBe("lock-lost");
    expect(failure.message).toContain("eve@build-9");
    fileSystem.place(LOCK, mine);
    await expect(state.flush()).rejects.toBe(failure);
    placeLock(fileSystem, {});
    await state.close().catch(() => undefined);
    expect(fileSystem.peek(LOG)).toEqual(bytes);
    expect(holder(fileSystem).id).toBe("other");
  });

  test("during compaction leaves the old log in its place", async () => {
    const fileSystem = new MemoryFileSystem();
    const state = await openState(run(fileSystem, { minimumWaste: 300 }));
    state.put(client("web"));
    await state.flush();
    const log = fileSystem.peek(LOG);
    for (let round = 0; round < 20; round++) state.put(client("web", "delivered", round));
    fileSystem.onCall = ({ name, path }) => {
      if (name === "sync" && path.startsWith(`${LOG}.new`)) placeLock(fileSystem, {});
      return undefined;
    };
    expect((await failureOf(state.flush())).diagnostics[0]?.code).toBe("lock-lost");
    expect(fileSystem.peek(LOG)).toEqual(log);
    await state.close().catch(() => undefined);
  });

  test("to a person's unlock is told as removed", async () => {
    const fileSystem = new MemoryFileSystem();
    const state = await openState(run(fileSystem));
    await unlock({ folder: PARTITION, fileSystem, id: holder(fileSystem).id });
    state.put(client("web"));
    expect((await failureOf(state.flush())).message).toContain("was removed");
    await state.close().catch(() => undefined);
  });

  test("while the process slept is neither renewed nor removed by it", async () => {
    const fileSystem = new MemoryFileSystem();
    const sleeper = new ManualClock();
    const state = await openState(run(fileSystem, { clock: sleeper }));
    const awake = new ManualClock(sleeper.now() + 20 * MINUTE);
    const taker = await openState(run(fileSystem, { clock: awake, host: "elsewhere" }));
    const taken = holder(fileSystem).id;
    await sleeper.advance(20 * MINUTE);
    expect(holder(fileSystem).id).toBe(taken);
    state.put(client("a"));
    await expect(state.close()).rejects.toThrow("taken over");
    expect(holder(fileSystem).id).toBe(taken);
    await taker.close();
  });
});

test("a run that slept for long neither renews nor removes its lock while another one may take it over", async () => {
  const fileSystem = new MemoryFileSystem();
  const clock = new ManualClock();
  const state = await openState(run(fileSystem, { clock }));
  const own = holder(fileSystem);
  const claim = `${LOCK}.takeover.${own.id}`;
  placeHolder(fileSystem, claim, {});
  const awake = clock.elapsed.bind(clock);
  clock.elapsed = () => awake() + 20 * MINUTE;
  await clock.advance(MINUTE);
  expect(holder(fileSystem)).toEqual(own);
  await state.close();
  expect(fileSystem.paths()).toEqual([LOCK, claim]);
});

describe("unlocking", () => {
  test("refuses another ID and names the present one", async () => {
    const fileSystem = new MemoryFileSystem();
    placeLock(fileSystem, {});
    const failure = await failureOf(unlock({ folder: PARTITION, fileSystem, id: "wrong" }));
    expect(failure.diagnostics[0]?.remedy).toContain("unlock other");
    expect(holder(fileSystem).id).toBe("other");
  });

  test("finds nothing to do where nobody holds the lock", async () => {
    const fileSystem = new MemoryFileSystem();
    expect(await unlock({ folder: PARTITION, fileSystem, id: "any" })).toBeUndefined();
  });
});

test("a lock that cannot be removed is reported, and the next run of the host takes it over", async () => {
  const fileSystem = new MemoryFileSystem();
  const options = run(fileSystem);
  const state = await openState(options);
  fileSystem.onCall = ({ name, path }) => (name === "unlink" && path === LOCK ? "EACCES" : undefined);
  await state.close();
  expect(options.warnings[0]?.remedy).toContain(`unlock ${holder(fileSystem).id}`);
  fileSystem.onCall = () => undefined;
  await (await openState(run(fileSystem, { isProcessAlive: () => false }))).close();
  expect(inspect(options.warnings)).not.toContain("undefined");
});

test("half a lock that a full disk took is never seen under the lock's name, and is taken back", async () => {
  const fileSystem = new MemoryFileSystem();
  fileSystem.onCall = ({ name, path }) => (name === "write" && path.startsWith(LOCK) ? "ENOSPC" : undefined);
  expect((await failureOf(openState(run(fileSystem)))).diagnostics[0]?.code).toBe("state-unwritable");
  expect(fileSystem.paths()).toEqual([]);
  fileSystem.onCall = () => undefined;
  await (await reopen(fileSystem)).state.close();
});

describe.each(["EPERM", "EOPNOTSUPP", "ENOSYS"])(
  "on a file system that answers %s to a hard link",
  (code) => {
    const without = () => {
      const fileSystem = new MemoryFileSystem();
      fileSystem.onCall = ({ name }) => (name === "link" ? code : undefined);
      return fileSystem;
    };

    test("the lock still goes to exactly one of many, and is given back", async () => {
      const fileSystem = without();
      const results = await Promise.allSettled(Array.from({ length: 20 }, () => openState(run(fileSystem))));
      const opened = results.flatMap((result) => (result.status === "fulfilled" ? [result.value] : []));
      expect(opened).toHaveLength(1);
      await opened[0]?.close();
      expect(fileSystem.paths()).toEqual([]);
    });

    test("a lock that was left behind is taken over", async () => {
      const fileSystem = without();
      placeLock(fileSystem, { host: "build-7" });
      const state = await openState(run(fileSystem, { isProcessAlive: () => false }));
      expect(fileSystem.paths()).toEqual([LOCK]);
      await state.close();
    });
  },
);
