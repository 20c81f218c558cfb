import { DiagnosticError } from "../../src/model/diagnostic";
import { acquireLock } from "../../src/state/local/lock";
import { openState } from "../../src/state/open-state";
import { ManualClock } from "../platform/manual-clock";
import { CrashError, MemoryFileSystem, seededRandom } from "../platform/memory-file-system";
import { client, FOLDER, LOCK, LOG, run } from "./world";

const MINUTE = 60_000;

jest.setTimeout(120_000);

test("whoever looks at the lock finds none or a whole one, at every step of taking, renewing and taking over", async () => {
  const fileSystem = new MemoryFileSystem();
  const clock = new ManualClock();
  const seen = new Set<string>();
  fileSystem.onCall = () => {
    const content = fileSystem.peek(LOCK)?.toString();
    if (content !== undefined) seen.add(JSON.parse(content).heartbeat);
    return undefined;
  };
  await openState(run(fileSystem, { clock, pid: 1 }));
  await clock.advance(2 * MINUTE);
  const next = await openState(run(fileSystem, { clock, pid: 2, isProcessAlive: (pid) => pid !== 1 }));
  await next.close();
  expect(seen.size).toBe(3);
});

/** One life: takes the lock, or takes it over, renews it once after a long sleep, and writes. */
async function live(fileSystem: MemoryFileSystem, pid: number): Promise<void> {
  const clock = new ManualClock();
  const state = await openState(run(fileSystem, { clock, pid, isProcessAlive: (other) => other === pid }));
  await clock.advance(6 * MINUTE);
  state.put(client(`of-${pid}`));
  await state.close();
}

test("after a run killed at any call, and its successor killed at any call, the third needs nobody's help", async () => {
  let crashes = 0;
  // A bound, in case that an end is never found. One in seven of the pairs has every call in either place many times.
  for (let first = 1; first < 200; first++) {
    for (let second = 1 + (first % 7); second < 200; second += 7) {
      const fileSystem = new MemoryFileSystem({ random: seededRandom(first * 1000 + second) });
      const afterFirst = await killedAt(fileSystem, first, 1);
      if (afterFirst === undefined) {
        expect(crashes).toBeGreaterThan(500);
        return;
      }
      const afterSecond = await killedAt(afterFirst, second, 2);
      if (afterSecond === undefined) break;
      crashes++;
      await live(afterSecond, 3);
      // A draft that was not given its name stands in nobody's way.
      const whole = afterSecond
        .paths()
        .filter((path) => !/\/(\.gitignore|lineage)\.[0-9a-f]{16}$/.test(path));
      expect(whole).toEqual([`${FOLDER}/.gitignore`, `${FOLDER}/lineage`, LOG]);
    }
  }
  throw new Error("no end was found");
});

/** What the device holds after the kill; `undefined` when that life has fewer calls. */
async function killedAt(
  fileSystem: MemoryFileSystem,
  call: number,
  pid: number,
): Promise<MemoryFileSystem | undefined> {
  fileSystem.onCall = ({ number }) => (number === call ? "crash" : undefined);
  await live(fileSystem, pid).catch((error) => {
    if (!fileSystem.crashed) throw error;
  });
  return fileSystem.crashed ? fileSystem.survivor() : undefined;
}

test("of runs that interleave at random and die at random, no two ever have the lock together", async () => {
  let held = 0;
  let died = 0;
  for (let seed = 1; seed <= 400; seed++) {
    const random = seededRandom(seed);
    const disk = new MemoryFileSystem();
    const alive = new Set<number>();
    const holders = new Set<number>();
    const compete = async (pid: number) => {
      alive.add(pid);
      const fileSystem = processOn(disk, random, () => died++);
      const options = run(fileSystem, { pid, isProcessAlive: (other) => alive.has(other) });
      try {
        const lock = await acquireLock({ ...options, folder: FOLDER, fileSystem });
        held++;
        holders.add(pid);
        expect([...holders]).toEqual([pid]);
        await steps(random() * 200);
        if (random() < 0.4) throw new CrashError("died with the lock");
        holders.delete(pid);
        await lock.release();
      } catch (error) {
        if (!(error instanceof CrashError || error instanceof DiagnosticError)) throw error;
      }
      holders.delete(pid);
      alive.delete(pid);
    };
    await disk.makeFolder(FOLDER);
    await Promise.all(
      Array.from({ length: 6 }, async (_, n) => {
        await steps(random() * 60);
        await compete(100 + n);
      }),
    );
    // Whatever they left, one more run has the lock and clears everything else away.
    await (
      await acquireLock({
        ...run(disk, { pid: 1, isProcessAlive: () => false }),
        folder: FOLDER,
        fileSystem: disk,
      })
    ).release();
    expect(disk.paths()).toEqual([]);
  }
  expect(held).toBeGreaterThan(300);
  expect(died).toBeGreaterThan(300);
});

/** The disk as one process sees it: every call takes its time, and before one in thirty the process dies. */
function processOn(disk: MemoryFileSystem, random: () => number, onDeath: () => void): MemoryFileSystem {
  let dead = false;
  return new Proxy(disk, {
    get: (target, name) => {
      const member = Reflect.get(target, name);
      if (typeof member !== "function") return member;
      return async (...parameters: unknown[]) => {
        await steps(random() * 10);
        if (!dead && random() < 1 / 30) {
          dead = true;
          onDeath();
        }
        if (dead) throw new CrashError("the process has died");
        return member.apply(target, parameters);
      };
    },
  });
}

async function steps(count: number): Promise<void> {
  for (let step = 0; step < count; step++) await Promise.resolve();
}
