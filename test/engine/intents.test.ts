/** Intents of many agents share one flush of the state, ahead of their requests. */
import { apply, listState } from "../../src/index";
import { HOME, Rig } from "../rig/rig";

const LOG = `${HOME}/.jp1im/managers/tokyo/state.log`;
const names = (count: number) => Array.from({ length: count }, (_, n) => `web${`${n}`.padStart(4, "0")}`);

async function fleetOf(count: number): Promise<Rig> {
  const agents = names(count).map((host) => `      - { host: ${host} }`);
  const rig = await Rig.create(`apiVersion: jp1im-simulator/v1
seed: 1
managers:
  tokyo:
    host: immhost01
    users: { jp1admin: { password: jp1-pass, permission: JP1_Console_Admin } }
    agents:
${agents.join("\n")}
`);
  rig.env.VALUE = "a value";
  await rig.write(
    "jp1im.yaml",
    `apiVersion: jp1im/v1
managers:
  tokyo:
    url: http://tokyo.test:20703
    host: immhost01
    auth: { user: jp1admin, password: { env: PASSWORD } }
    agents: [{ match: "web*", secrets: { k: { env: VALUE } } }]
`,
  );
  return rig;
}

/** Syncs of the log so far. */
function countSyncs(rig: Rig): () => number {
  let count = 0;
  rig.files.onCall = ({ name, path }) => {
    if (name === "sync" && path.startsWith(LOG)) count++;
    return undefined;
  };
  return () => count;
}

/** Agents with keys that the state owns. */
async function ownedAgents(rig: Rig): Promise<readonly string[]> {
  const { records } = await listState({ files: ["jp1im.yaml"] }, rig.platform());
  return records.flatMap(({ address, detail }) => (detail.keys ? [address] : []));
}

test("a first apply of 1,000 agents flushes the state at most ten times, where no time passes", async () => {
  const rig = await fleetOf(1000);
  const syncs = countSyncs(rig);
  const platform = rig.platform();
  const now = platform.clock.now();
  const outcome = await apply(
    { files: ["jp1im.yaml"] },
    { ...platform, clock: { ...platform.clock, now: () => now } },
  );
  expect(outcome?.summary).toMatchObject({ applied: 1000, requests: 1000 });
  expect(syncs()).toBeGreaterThan(1);
  expect(syncs()).toBeLessThanOrEqual(10);
});

test("results are flushed as time passes, without waiting for further intents", async () => {
  const rig = await fleetOf(20);
  const syncs = countSyncs(rig);
  const platform = rig.platform();
  let now = platform.clock.now();
  const passing = { ...platform.clock, now: () => (now += 500) };
  await apply({ files: ["jp1im.yaml"], parallelism: 1 }, { ...platform, clock: passing });
  expect(syncs()).toBeGreaterThan(8);
});

test("a run that is cancelled owns nothing that it did not write", async () => {
  const rig = await fleetOf(30);
  const push = rig.events.push.bind(rig.events);
  let steps = 0;
  rig.events.push = (...events) => {
    for (const event of events)
      if (event.type === "step" && event.phase === "apply" && ++steps === 3) rig.cancel();
    return push(...events);
  };
  const { changes } = await rig.apply({ parallelism: 2 });
  const applied = changes.flatMap(({ address, status }) =>
    status === "applied" ? [address.replace(/\/secret\/k$/, "")] : [],
  );
  expect(applied.length).toBeGreaterThanOrEqual(3);
  expect(applied.length).toBeLessThan(10);
  expect(await ownedAgents(rig)).toEqual(applied);
});

test("after a crash, at most what one flush intended is written once more", async () => {
  const rig = await fleetOf(700);
  let syncs = 0;
  rig.files.onCall = ({ name, path }) =>
    name === "sync" && path.startsWith(LOG) && ++syncs > 3 ? "EIO" : undefined;
  await rig.apply();
  await rig.reboot();
  const before = new Set(rig.takeWrites());
  expect(before.size).toBeGreaterThan(100);
  expect((await rig.apply()).summary).toMatchObject({ failed: 0, skipped: 0 });
  const again = rig.takeWrites().filter((write) => before.has(write));
  expect(again.length).toBeLessThanOrEqual(200);
  expect((await rig.plan()).changes).toEqual([]);
});
