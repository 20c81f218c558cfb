import { systemRandom } from "../../src/platform/random";
import type { Branch, RefMove } from "../../src/state/git/branch";
import { CommitQueue } from "../../src/state/git/commit-queue";
import { newHolder } from "../../src/state/lock/holder";
import { holderToJson } from "../../src/state/lock/holder-json";
import { ManualClock } from "../platform/manual-clock";

test("a push moves the lock of each written part from its known value, so that one that was taken stops it", async () => {
  const clock = new ManualClock();
  const run = { command: "apply", who: "operator@build-7", host: "build-7", pid: 100 };
  const holder = newHolder({ ...run, clock, random: systemRandom });
  const pushed: (readonly RefMove[])[] = [];
  const branch: Partial<Branch> = {
    seen: {
      tip: "tip",
      locks: new Map([
        ["tokyo", "lock of tokyo"],
        ["osaka", "lock of osaka"],
      ]),
    },
    list: async () => [],
    message: async () => holderToJson(holder),
    commit: async () => "commit",
    renewed: async (commit) => `renewed ${commit}`,
    push: async (moves) => pushed.push(moves) > 0,
  };
  const queue = new CommitQueue(branch as Branch, { clock, random: systemRandom });
  const apply = () => new Map([["managers/tokyo/state.00000001.log", Buffer.from("line")]]);
  await queue.write({ manager: "tokyo", lockId: holder.id, apply });
  expect(pushed).toEqual([
    [
      { branch: true, from: "tip", to: "commit" },
      { lock: "tokyo", from: "lock of tokyo", to: "renewed lock of tokyo" },
    ],
  ]);
});
