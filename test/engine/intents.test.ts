/** Intents of many agents share one flush of the state, ahead of their requests. */
import { apply, listState } from "../../src/index";
import type { Clock } from "../../src/platform/clock";
import { HOME, Rig } from "../rig/rig";
import { type Asked, StateServerStandIn } from "../state/state-server";

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

/** The fleet with its state on a server, where a flush is a request. */
async function remoteFleetOf(count: number) {
  const rig = await fleetOf(count);
  Object.assign(rig.env, { TF_HTTP_USERNAME: "ops", TF_HTTP_PASSWORD: "s3cret" });
  const server = new StateServerStandIn("plain", "ops", "s3cret");
  const flushes = () => server.asked.filter(isFlush).length;
  const run = (options: object, clock: Partial<Clock> = {}) => {
    const platform = rig.platform();
    const now = () => (clock.now ?? platform.clock.now).call(platform.clock);
    const own: Clock = { elapsed: now, sleep: platform.clock.sleep.bind(platform.clock), ...clock, now };
    return apply(
      { files: ["jp1im.yaml"], state: "http://127.0.0.1/states/{manager}", ...options },
      { ...platform, clock: own, stateTransport: () => server.transport() },
    );
  };
  return { rig, server, flushes, run };
}

/** Calls something before each write to an agent's secrets. */
function onChange(rig: Rig, act: (count: number) => void): void {
  const platform = rig.platform();
  const answered = platform.transport;
  if (answered === undefined) throw new Error("the network is simulated");
  let count = 0;
  rig.platform = () => ({
    ...platform,
    transport: (manager) => {
      const { send, close } = answered(manager);
      return {
        close,
        send: (request) => {
          if (request.path.endsWith("/change")) act(++count);
          return send(request);
        },
      };
    },
  });
}

/** A write of the manager's part. */
const isFlush = ({ method, url }: Asked) => method === "POST" && url.startsWith("/states/tokyo");

/** Agents with keys that the state owns. */
async function ownedAgents(rig: Rig): Promise<readonly string[]> {
  const { records } = await listState({ files: ["jp1im.yaml"] }, rig.platform());
  return records.flatMap(({ address, detail }) => (detail.keys ? [address] : []));
}

test("a first apply of 1,000 agents flushes a state on a server at most ten times, where no time passes", async () => {
  const { rig, run, flushes } = await remoteFleetOf(1000);
  const now = rig.platform().clock.now();
  const outcome = await run({}, { now: () => now });
  expect(outcome?.summary).toMatchObject({ applied: 1000, requests: 1000 });
  expect(flushes()).toBeGreaterThan(1);
  expect(flushes()).toBeLessThanOrEqual(10);
});

test("results are flushed every two seconds, without waiting for further intents", async () => {
  const { rig, run, flushes } = await remoteFleetOf(40);
  let now = rig.platform().clock.now();
  onChange(rig, () => {
    now += 500;
  });
  const slow = { now: () => now };
  await run({ parallelism: 1 }, slow);
  expect(flushes()).toBeGreaterThanOrEqual(10);
  expect(flushes()).toBeLessThan(20);
});

test("on a disk, results are durable as soon as they are there", async () => {
  const rig = await fleetOf(20);
  let syncs = 0;
  rig.files.onCall = ({ name, path }) => {
    if (name === "sync" && path.startsWith(LOG)) syncs++;
    return undefined;
  };
  await rig.apply({ parallelism: 1 });
  expect(syncs).toBeGreaterThan(20);
});

test("on a disk, the intents of the next agents are durable before the requests of these are done, and of no more", async () => {
  const rig = await fleetOf(60);
  const intended: number[] = [];
  onChange(rig, () => {
    intended.push(rig.read(".jp1im/managers/tokyo/state.log")?.match(/"set":{"k":"pending"}/g)?.length ?? 0);
  });
  await rig.apply({ parallelism: 10 });
  expect(intended.slice(0, 10)).toEqual(Array(10).fill(20));
  expect(intended.every((count, index) => count > index && count <= index + 20)).toBe(true);
});

test("each agent takes two entries of the state: its intent, and its result with the digest of all that is declared", async () => {
  const rig = await fleetOf(20);
  await rig.apply({ parallelism: 10 });
  const log = rig.read(".jp1im/managers/tokyo/state.log") ?? "";
  const lines = log.split("\n").filter((line) => line.includes('"kind":"agent"'));
  expect(lines).toHaveLength(40);
  expect(lines.filter((line) => line.includes('"digest":'))).toHaveLength(20);
  expect(lines.filter((line) => line.includes('"pending"'))).toHaveLength(20);
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

test("where flushes fail from some moment on, at most what one flush intended is written once more", async () => {
  const { rig, run, server } = await remoteFleetOf(700);
  let left = 4;
  server.fault = (asked) => (isFlush(asked) && --left < 0 ? "refused" : undefined);
  await run({});
  server.fault = () => undefined;
  const before = new Set(rig.takeWrites());
  expect(before.size).toBeGreaterThan(100);
  expect((await run({}))?.summary).toMatchObject({ failed: 0, skipped: 0 });
  const again = rig.takeWrites().filter((write) => before.has(write));
  expect(again.length).toBeLessThanOrEqual(400);
  expect((await run({}))?.plan.changes).toEqual([]);
});

test("a run whose lock on a server was taken away sends nothing more once it had to flush", async () => {
  const { rig, run, server } = await remoteFleetOf(100);
  let now = rig.platform().clock.now();
  onChange(rig, (count) => {
    now += 500;
    if (count === 20)
      for (const [name, { body = "" }] of server.documents) server.documents.set(name, { body });
  });
  const outcome = await run({ parallelism: 1 }, { now: () => now });
  expect(outcome?.diagnostics).toContainEqual(expect.objectContaining({ code: "lock-lost" }));
  expect(rig.takeWrites().length).toBeLessThan(30);
});

test("a run whose lock on a disk was taken away sends nothing more but what is on its way", async () => {
  const rig = await fleetOf(100);
  onChange(rig, (count) => {
    if (count === 20) void rig.remove(".jp1im/managers/tokyo/lock");
  });
  const { diagnostics } = await rig.apply({ parallelism: 2 });
  expect(diagnostics).toContainEqual(expect.objectContaining({ code: "lock-lost" }));
  expect(rig.takeWrites().length).toBeLessThan(25);
});
