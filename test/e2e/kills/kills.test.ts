/**
 * The built command line, killed with SIGKILL: before calls that change the disk, in the middle of writes, at requests, and
 * at random times. After each kill one more run has to put everything right. A run of the tests kills at every third
 * point, from the `JP1IM_TURN`-th on, which differs from commit to commit; `JP1IM_TURN=all` kills at every one.
 */
import { join } from "node:path";
import { seededRandom } from "../../platform/memory-file-system";
import { runHere } from "../here";
import { closeStages, type Stage } from "../stage";
import { APPLY, fresh, SCENES, type Scene, version } from "./scenes";
import { expectSettled } from "./settled";

jest.setTimeout(600_000);
afterEach(closeStages);

const PRELOAD = `--require ${join(__dirname, "die-at.cjs")}`;
const LANES = 2;
const TURN = process.env.JP1IM_TURN ?? "0";
const TURNS = 3;
let kills = 0;

describe.each(SCENES)("$name", (scene) => {
  let diskCalls: readonly string[] = [];
  let requests = 0;

  beforeAll(async () => {
    const stage = await scene.open();
    const before = stage.simulator.requests().length;
    const env = { NODE_OPTIONS: PRELOAD, DISK_CALLS: stage.path("calls") };
    await stage.must(scene.killed, { env });
    diskCalls = stage.read("calls").split("\n");
    requests = stage.simulator.requests().length - before;
    await stage.close();
  });

  test("killed before any of its calls to the disk, or in the middle of a write, leaves what one more run puts right", async () => {
    const points = diskCalls.flatMap((call, index) =>
      call.startsWith("appendFile") ? [`${index + 1}`, `${index + 1}:torn`] : [`${index + 1}`],
    );
    const inTurn = points.filter(isInTurn);
    let ended = 0;
    await inLanes(inTurn, async (point) => {
      const stage = await scene.open();
      const env = { NODE_OPTIONS: PRELOAD, DIE_AT: point };
      const { signal, code } = await stage.run(scene.killed, { env });
      await at(`${point} (${diskCalls[Number.parseInt(point, 10) - 1]})`, async () => {
        // On a busy machine more writes share a flush, and a run may end before its last recorded calls.
        if (signal === null) ended++;
        expect([signal, code]).toEqual(signal === null ? [null, 0] : ["SIGKILL", null]);
        await carriesOn(stage, scene);
      });
    });
    expect(ended).toBeLessThanOrEqual(Math.ceil(inTurn.length / 20));
  });

  test("killed at any of its requests, before or after its effect, leaves what one more run puts right", async () => {
    // A rekey asks no manager.
    expect(requests === 0).toBe(scene.killed.startsWith("state rekey"));
    const points = Array.from({ length: requests }, (_, skip) => skip).flatMap((skip) =>
      (["before", "after"] as const).map((when) => ({ skip, when })),
    );
    await inLanes(points.filter(isInTurn), async ({ skip, when }) => {
      const stage = await scene.open();
      stage.simulator.faults.add({ path: "*", skip, times: 1, effect: { type: "latency", ms: 1, when } });
      const child = stage.start(scene.killed);
      await Promise.race([stage.gate.reached, child.ended]);
      child.kill("SIGKILL");
      const { signal } = await child.ended;
      // What was held before its effect takes it now, after its sender has gone.
      stage.gate.open();
      await at(`${when} request ${skip + 1}`, async () => {
        expect(signal).toBe("SIGKILL");
        await carriesOn(stage, scene);
      });
    });
  });
});

test("killed at random times, up to three times in a row, through a long history: one more run converges", async () => {
  await inLanes([1, 2], async (seed) => {
    const random = seededRandom(seed);
    const stage = await fresh();
    const started = performance.now();
    await stage.must(APPLY);
    const whole = performance.now() - started;
    for (let n = 2; n <= 8; n++) {
      const { desired, env, end } = version(n);
      stage.write("jp1im.yaml", desired);
      Object.assign(stage.env, env);
      for (let inARow = Math.ceil(random() * 3); inARow > 0; inARow--) {
        const child = stage.start(APPLY);
        // Nothing is done at first: most of the kills fall into the rest.
        const timer = setTimeout(() => child.kill("SIGKILL"), (0.3 + 0.7 * random()) * whole);
        const { code, signal } = await child.ended;
        clearTimeout(timer);
        if (signal === "SIGKILL") kills++;
        else expect(code).toBe(0);
      }
      await at(`seed ${seed}, version ${n}`, async () => {
        expect(await runHere(stage, `${APPLY} --output json`)).toMatchObject({ code: 0 });
        await expectSettled(stage, end);
      });
    }
  });
});

test("there were at least a hundred kills", () => {
  console.info(`${kills} kills, JP1IM_TURN=${TURN}`);
  expect(kills).toBeGreaterThanOrEqual(100);
});

function isInTurn(_point: unknown, index: number): boolean {
  return TURN === "all" || index % TURNS === Number(TURN) % TURNS;
}

async function carriesOn(stage: Stage, { killed, idle, unharmed, beyondHelp, end }: Scene): Promise<void> {
  kills++;
  if (unharmed) expect(await runHere(stage, "plan --detailed-exitcode")).toMatchObject({ code: 0 });
  const next = await runHere(stage, killed);
  if (beyondHelp !== undefined && next.code !== 0) {
    expect([next.code, next.stdout + next.stderr]).toEqual([1, expect.stringMatching(beyondHelp.says)]);
    beyondHelp.wayOut(stage);
    expect(await runHere(stage, killed)).toMatchObject({ code: 0 });
  } else expect(next).toMatchObject({ code: 0 });
  await expectSettled(stage, end, idle);
  await stage.close();
}

/** Names the point in whatever fails there. */
async function at(point: string, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    // The message alone would not say where.
    throw new Error(`killed at ${point}: ${error instanceof Error ? error.message : error}`, {
      cause: error,
    });
  }
}

async function inLanes<T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  const waiting = [...items];
  const lane = async () => {
    for (let item = waiting.shift(); item !== undefined; item = waiting.shift()) await work(item);
  };
  await Promise.all(Array.from({ length: LANES }, lane));
}
