/** A lock that its run could not give back: the warning says what has to be done, and mostly that is nothing. */

import { nodeFileSystem } from "../../src/platform/file-system";
import type { LeaseTimes, RemoteBackend } from "../../src/state/remote/backend";
import { RemoteStorage } from "../../src/state/remote/remote-storage";
import { run } from "./world";

/** A server that gives one lock, and then answers no more. */
function dying(lease?: LeaseTimes): RemoteBackend {
  return {
    ...{
      location: "server",
      identity: async () => undefined,
      ...(lease && { lease }),
      describe: () => "server tokyo",
    },
    ...{ managers: async () => [], read: async () => undefined },
    ...{ holder: async () => undefined, keptNames: async () => [], readKept: async () => undefined },
    write: async () => undefined,
    swapLock: async (_manager, expected) => {
      if (expected !== undefined) throw new Error("ECONNREFUSED");
      return true;
    },
  };
}

async function warningOf(backend: RemoteBackend) {
  const options = run(nodeFileSystem);
  const held = await new RemoteStorage(backend).hold("tokyo", options);
  await held.release();
  return options.warnings;
}

test("a lease runs out by itself", async () => {
  expect(await warningOf(dying({ heartbeatMs: 10_000, ttlMs: 30_000 }))).toEqual([
    expect.objectContaining({
      code: "state-locked",
      summary: "the lock of server tokyo could not be removed: ECONNREFUSED",
      remedy: "nothing has to be done: it runs out by itself, 30 seconds after it was last renewed",
    }),
  ]);
});

test("any other lock is taken over, and can be removed", async () => {
  const [{ remedy } = {}] = await warningOf(dying());
  expect(remedy).toMatch(
    /^nothing has to be done on build-7, whose next run takes it over; before a run elsewhere, or if that one is refused: /,
  );
  expect(remedy).toMatch(/jp1im state unlock [0-9a-f]{16}`$/);
});
