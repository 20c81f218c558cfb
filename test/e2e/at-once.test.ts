/** Several runs of the built command line on one state, and the locks of runs that are no more. */
import { hostname } from "node:os";
import type { LockHolder } from "../../src/model/state-listing";
import { documentOf } from "./document";
import { closeStages, Stage } from "./stage";

afterEach(closeStages);

const ISSUE = "secret/client/generateInfo";
const CHANGE = "agents/secrets/change";

test.each([2, 10])(
  "of %i runs at once exactly one works, and every other one ends with 6 and has written nothing",
  async (count) => {
    const stage = await Stage.open();
    // Whoever has the lock keeps it until all the others have given up.
    stage.simulator.faults.add({ path: CHANGE, effect: { type: "latency", ms: 1 } });
    const runs = Array.from({ length: count }, () => stage.start("apply --auto-approve --output json"));
    let over = 0;
    const givenUp = new Promise<void>((resolve) => {
      for (const { ended } of runs) void ended.then(() => ++over === count - 1 && resolve());
    });
    await Promise.all([stage.gate.reached, givenUp]);
    stage.gate.open();
    const ended = await Promise.all(runs.map((run) => run.ended));
    expect(ended.map(({ code }) => code).sort()).toEqual([0, ...Array(count - 1).fill(6)]);
    for (const each of ended.filter(({ code }) => code === 6)) {
      expect(documentOf(each).diagnostics).toContainEqual(
        expect.objectContaining({ code: "state-locked", severity: "error" }),
      );
    }
    expect(stage.writes()).toHaveLength(4);
    await expectInSync(stage);
  },
);

test("ten runs at once that wait for each other all end well, and the work is done once", async () => {
  const stage = await Stage.open();
  const runs = Array.from({ length: 10 }, () => stage.start("apply --auto-approve --lock-timeout 5m"));
  const ended = await Promise.all(runs.map((run) => run.ended));
  expect(ended.map(({ code }) => code)).toEqual(Array(10).fill(0));
  expect(stage.writes().filter((write) => write.startsWith(CHANGE))).toHaveLength(3);
  expect(stage.writes().filter((write) => write.startsWith(ISSUE))).toHaveLength(1);
  await expectInSync(stage);
});

describe("a lock that is found", () => {
  const MINUTES = 60_000;
  test.each<[string, () => Partial<LockHolder>, boolean]>([
    ["of a process of this host that is gone", () => ({ pid: deadPid() }), true],
    [
      "of a process of this host that lives, its heartbeat long ago",
      () => ({ pid: process.pid, ...beat(60 * MINUTES) }),
      false,
    ],
    [
      "of another host, its heartbeat just now",
      () => ({ host: "elsewhere", pid: deadPid(), ...beat(0) }),
      false,
    ],
    [
      "of another host, its heartbeat nine minutes ago",
      () => ({ host: "elsewhere", ...beat(9 * MINUTES) }),
      false,
    ],
    [
      "of another host, its heartbeat eleven minutes ago",
      () => ({ host: "elsewhere", ...beat(11 * MINUTES) }),
      true,
    ],
  ])("%s", async (_, more, isStale) => {
    const stage = await Stage.open();
    const lock: LockHolder = {
      ...{ id: "0123456789abcdef", who: "eve@here", host: hostname(), pid: process.pid, command: "apply" },
      ...{ since: "2026-01-01T00:00:00Z", heartbeat: "2026-01-01T00:00:00Z", ...more() },
    };
    stage.write(".jp1im/managers/tokyo/lock", JSON.stringify(lock));
    const { code, stderr } = await stage.run("apply --auto-approve");
    if (isStale) {
      expect(code).toBe(0);
      expect(stderr).toMatch(/took over the lock of .*, which eve@here/);
      expect(stage.has(".jp1im/managers/tokyo/lock")).toBe(false);
      return await expectInSync(stage);
    }
    expect(code).toBe(6);
    expect(stderr).toContain("jp1im state unlock 0123456789abcdef");
    expect(stage.writes()).toEqual([]);
    expect(JSON.parse(stage.read(".jp1im/managers/tokyo/lock"))).toEqual(lock);
  });
});

function beat(agoMs: number): Pick<LockHolder, "heartbeat"> {
  return { heartbeat: new Date(Date.now() - agoMs).toISOString() };
}

/** Of no process: above the highest that Linux gives. */
function deadPid(): number {
  return 2 ** 22 + 1;
}

async function expectInSync(stage: Stage): Promise<void> {
  expect(await stage.run("plan --detailed-exitcode")).toMatchObject({ code: 0, stderr: "" });
  const truth = stage.simulator.truth().managers.tokyo;
  expect(stage.read("out/fluentd-web.secret")).toBe(truth?.clients?.["fluentd-web"]);
}
