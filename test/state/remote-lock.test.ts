import { systemRandom } from "../../src/platform/random";
import { newHolder } from "../../src/state/lock/holder";
import type { RemoteBackend } from "../../src/state/remote/backend";
import { RemoteLock } from "../../src/state/remote/remote-lock";
import { RemoteStorage } from "../../src/state/remote/remote-storage";
import { ManualClock } from "../platform/manual-clock";

const MINUTE = 60_000;

/** A lock that a server keeps, and how often the server was asked to renew it. */
function held() {
  const clock = new ManualClock();
  const request = { command: "apply", who: "operator@build-7", host: "build-7", pid: 100, clock };
  const run = { ...request, random: systemRandom, isProcessAlive: () => true, lockTimeoutMs: 0 };
  const server = { isOurs: true, renewals: 0 };
  const backend: Partial<RemoteBackend> = {
    describe: (manager) => manager,
    location: "the server",
    identity: async () => undefined,
    write: async () => {},
    holder: async () => newHolder({ ...run, who: "eve@build-9" }),
    swapLock: async (_manager, _expected, next) => {
      if (next) server.renewals++;
      return server.isOurs;
    },
  };
  const storage = (signal: AbortSignal) => new RemoteStorage(backend as RemoteBackend, undefined, signal);
  const lock = new RemoteLock(backend as RemoteBackend, "tokyo", newHolder(run), {
    ...run,
    report: () => {},
  });
  return { lock, server, clock, storage, run: { ...run, report: () => {} } };
}

test("a lock that was confirmed within a heartbeat is not asked for again", async () => {
  const { lock, server } = held();
  await lock.requireHeld();
  expect(server.renewals).toBe(0);
  await lock.release();
});

test.each([true, false])(
  "after a pause of the process the server is asked whose lock it is: %s",
  async (isOurs) => {
    const { lock, server, clock } = held();
    server.isOurs = isOurs;
    // No heartbeat has run meanwhile.
    const awake = clock.elapsed.bind(clock);
    clock.elapsed = () => awake() + 20 * MINUTE;
    const verified = lock.requireHeld();
    if (isOurs) await verified;
    else await expect(verified).rejects.toThrow("was taken over by eve@build-9");
    expect(server.renewals).toBe(1);
    await lock.release();
  },
);

test("a cancelled run asks the server on once it has written under a lock, to finish what it began, and no longer", async () => {
  const { lock, run, storage } = held();
  const stop = new AbortController();
  const own = storage(stop.signal);
  const partition = await own.hold("tokyo", { ...run, signal: stop.signal });
  await partition.log(0, false).append([Buffer.from("line")]);
  stop.abort();
  expect(await own.identity()).toBeUndefined();
  await partition.release();
  await expect(own.identity()).rejects.toThrow("cancelled");
  await lock.release();
});
