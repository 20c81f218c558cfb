import type { ApplyContext } from "../../src/engine/context";
import { SharedAnswers } from "../../src/library/manager-run/shared-answers";
import { SharedLock } from "../../src/library/manager-run/shared-lock";
import { SideBySide } from "../../src/library/manager-run/side-by-side";
import { runManager } from "../../src/library/run-manager";
import { agentAddress } from "../../src/model/address";
import { tokyoRig, tokyoYaml } from "../rig/tokyo";

/** Lets everything that can go on go on. */
const settle = () => new Promise((resolve) => setImmediate(resolve));

function gate() {
  let open = () => {};
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { opened, open };
}

test("what may go side by side does, and what has to be alone waits for it and keeps others waiting", async () => {
  const order = new SideBySide();
  const [first, alone] = [gate(), gate()];
  const seen: string[] = [];
  const work = (name: string, until: Promise<void>) => async () => {
    seen.push(`${name} begins`);
    await until;
    seen.push(`${name} ends`);
  };
  const all = [
    order.run(false, work("a", first.opened)),
    order.run(false, work("b", first.opened)),
    order.run(true, work("alone", alone.opened)),
    order.run(false, work("c", Promise.resolve())),
  ];
  await settle();
  expect(seen).toEqual(["a begins", "b begins"]);
  first.open();
  await settle();
  expect(seen).toEqual(["a begins", "b begins", "a ends", "b ends", "alone begins"]);
  alone.open();
  await Promise.all(all);
  expect(seen.slice(5)).toEqual(["alone ends", "c begins", "c ends"]);
});

test("work that fails makes room as any other", async () => {
  const order = new SideBySide();
  await expect(order.run(true, () => Promise.reject(new Error("broken")))).rejects.toThrow("broken");
  expect(await order.run(true, async () => "done")).toBe("done");
});

describe("one hold of the lock", () => {
  function counted() {
    const held = { now: 0, most: 0, holds: 0 };
    const lock = new SharedLock(async (work) => {
      held.now++;
      held.holds++;
      held.most = Math.max(held.most, held.now);
      await work({} as ApplyContext);
      await settle();
      held.now--;
    });
    return { held, lock };
  }

  test("serves all jobs that are there at the same time, and ends with the last of them", async () => {
    const { held, lock } = counted();
    await Promise.all([1, 2, 3].map(() => lock.run(settle)));
    expect(held).toEqual({ now: 0, most: 1, holds: 1 });
    await lock.run(settle);
    expect(held).toEqual({ now: 0, most: 1, holds: 2 });
  });

  test("is never taken twice, also by a job that comes while it is being given up", async () => {
    const { held, lock } = counted();
    const first = lock.run(async () => {});
    const chained = first.then(() => lock.run(settle));
    const late = (async () => {
      for (let turn = 0; turn < 5; turn++) await lock.run(async () => {});
    })();
    await Promise.all([first, chained, late]);
    expect(held.most).toBe(1);
    expect(held.now).toBe(0);
  });

  test("that cannot be had fails every job, and the next one tries again", async () => {
    let isFree = false;
    const lock = new SharedLock(async (work) => {
      if (!isFree) throw new Error("held by another run");
      await work({} as ApplyContext);
    });
    const jobs = await Promise.allSettled([lock.run(settle), lock.run(settle)]);
    expect(jobs.map(({ status }) => status)).toEqual(["rejected", "rejected"]);
    isFree = true;
    expect(await lock.run(async () => "done")).toBe("done");
  });
});

describe("answers that plans share", () => {
  function answering(keys: readonly string[]) {
    const asked: string[] = [];
    const never = () => Promise.reject(new Error("not asked for here"));
    const agentSecrets = async ({ host }: { readonly host: string }) => {
      asked.push(host);
      return keys;
    };
    const observer = { agents: never, names: never, version: never, agentSecrets };
    return { asked, answers: new SharedAnswers(observer) };
  }
  const agent = (host: string) => ({ host, managerHost: "immhost01" });

  test("are few enough to be held: beyond 250,000 keys they are asked for again", async () => {
    const { asked, answers } = answering(Array(100_000).fill("key"));
    for (const host of ["a", "b", "a"]) await answers.agentSecrets(agent(host));
    expect(asked).toEqual(["a", "b"]);
    for (const host of ["c", "a"]) await answers.agentSecrets(agent(host));
    expect(asked).toEqual(["a", "b", "c", "a"]);
  });

  test("are forgotten with a write, also those that come after it and were asked for before it", async () => {
    const { asked, answers } = answering(["key"]);
    const early = answers.agentSecrets(agent("a"));
    answers.forgetKeys();
    await early;
    await answers.agentSecrets(agent("a"));
    expect(asked).toEqual(["a", "a"]);
  });
});

test("a plan that has the state of a hold reads it after the hold has ended", async () => {
  const agent = { host: "web01", managerHost: "immhost01" };
  const rig = await tokyoRig(
    { agents: [{ host: "web01", managerHost: "immhost01", secrets: { a: { env: "V" } } }] },
    { tokyo: { agents: [{ host: "web01" }] } },
  );
  rig.env.V = "some-value-1";
  await rig.apply();
  const { tokyo } = JSON.parse(tokyoYaml({})).managers;
  const run = await runManager({ name: "tokyo", settings: tokyo }, rig.platform());
  const state = await run.holding(() => run.state());
  // The record of the former run, which this one has not written again.
  expect([...state.fingerprints(agentAddress("tokyo", agent)).keys()]).toEqual(["a"]);
  await run.close();
});
