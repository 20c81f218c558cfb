/** Requests, flushes, bytes and work of a run, counted: they are the same on each machine, as times are not. */
import "./counted-work";
import * as crypto from "node:crypto";
import { apply, type Platform, plan } from "../../src/index";
import type { FileSystem } from "../../src/platform/file-system";
import * as bodies from "../../src/state/log/fingerprint-body";
import * as someKeys from "../../src/state/log/some-keys";
import { HOME, Rig } from "../rig/rig";

const KEYS = 10;
const CHANGED = 10;
const files = ["jp1im.yaml"];
const STATE = `${HOME}/.jp1im/`;

/** Agents without a key of the fleet's, and a desired state that gives each of them ten; the first ten agents get one more. */
async function fleetOf(agents: number): Promise<Rig> {
  const rig = await Rig.create(`apiVersion: jp1im-simulator/v1
seed: 1
managers:
  tokyo:
    host: immhost01
    users: { jp1admin: { password: jp1-pass, permission: JP1_Console_Admin } }
    agents: [{ host: "web{1001..${1000 + agents}}" }]
`);
  const names = Array.from({ length: KEYS }, (_, index) => `key-${index}`);
  for (const name of names) rig.env[name.toUpperCase()] = `value of ${name}`;
  rig.env.EXTRA = "value of extra";
  const few = Array.from({ length: CHANGED }, (_, index) => ({
    ...{ host: `web${1001 + index}`, secrets: { extra: { env: "EXTRA" } } },
  }));
  const all = {
    match: "web*",
    secrets: Object.fromEntries(names.map((name) => [name, { env: name.toUpperCase() }])),
  };
  const tokyo = {
    ...{ url: "http://tokyo.test:20703", host: "immhost01" },
    ...{ auth: { user: "jp1admin", password: { env: "PASSWORD" } }, agents: [all, ...few] },
  };
  await rig.write("jp1im.yaml", JSON.stringify({ apiVersion: "jp1im/v1", managers: { tokyo } }));
  return rig;
}

/** The requests since the last call, as many as there were of each. */
function takeRequests(rig: Rig): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { path } of rig.simulation.requests()) {
    const resource = path.replace("/im/api/v1/", "");
    counts[resource] = (counts[resource] ?? 0) + 1;
  }
  rig.simulation.clearRequests();
  return counts;
}

type Run = (options: { readonly files: readonly string[] }, platform: Platform) => Promise<unknown>;

interface Written {
  flushes: number;
  bytes: number;
}

/** What a run writes below the state's folder, where no time passes: no heartbeat and no pause decides when. */
async function writtenBy(rig: Rig, run: Run): Promise<Written> {
  const written: Written = { flushes: 0, bytes: 0 };
  const platform = rig.platform();
  const { clock: own } = platform;
  const clock = { now: () => 0, elapsed: () => 0, sleep: own.sleep.bind(own) };
  await run({ files }, { ...platform, fileSystem: counting(rig.files, written), clock });
  return written;
}

function counting(files: Rig["files"], written: Written): FileSystem {
  const open: FileSystem["open"] = async (path, flags, mode) => {
    const file = await files.open(path, flags, mode);
    if (!path.startsWith(STATE)) return file;
    return {
      write: (data) => {
        written.bytes += data.length;
        return file.write(data);
      },
      sync: () => {
        written.flushes += 1;
        return file.sync();
      },
      truncate: (length) => file.truncate(length),
      close: () => file.close(),
    };
  };
  return new Proxy<FileSystem>(files, {
    get: (target, name: keyof FileSystem) => {
      if (name === "open") return open;
      const member = target[name];
      return typeof member === "function" ? member.bind(target) : member;
    },
  });
}

/** What the tool itself does with keys and values. */
interface Work {
  readonly digests: number;
  readonly ciphers: number;
  /** Agents of which all that is recorded was parsed. */
  readonly parsed: number;
  /** How often single keys were looked for in what is recorded. */
  readonly searched: number;
}

/** How often a run did each, for each agent. */
async function workPerAgent(run: (rig: Rig) => Promise<unknown>): Promise<Work> {
  const [few, many] = [await workOf(20, run), await workOf(40, run)];
  const perAgent = (count: keyof Work) => (many[count] - few[count]) / 20;
  return {
    ...{ digests: perAgent("digests"), ciphers: perAgent("ciphers") },
    ...{ parsed: perAgent("parsed"), searched: perAgent("searched") },
  };
}

async function workOf(agents: number, run: (rig: Rig) => Promise<unknown>): Promise<Work> {
  const rig = await fleetOf(agents);
  await rig.apply();
  const counters = {
    digests: jest.mocked(crypto.hash),
    ciphers: jest.mocked(crypto.createCipheriv),
    parsed: jest.mocked(bodies.mergeBodies),
    searched: jest.mocked(someKeys.mergeBodiesFor),
  };
  for (const counter of Object.values(counters)) counter.mockClear();
  await run(rig);
  const count = (name: keyof Work) => counters[name].mock.calls.length;
  return {
    ...{ digests: count("digests"), ciphers: count("ciphers") },
    ...{ parsed: count("parsed"), searched: count("searched") },
  };
}

test("a plan in sync lists the agents once and each one's keys once, and writes nothing", async () => {
  const rig = await fleetOf(30);
  await rig.apply();
  takeRequests(rig);
  expect(await writtenBy(rig, plan)).toEqual({ flushes: 0, bytes: 0 });
  expect(takeRequests(rig)).toEqual({ login: 1, agents: 1, "agents/secrets": 30, logout: 1 });
});

test("a first apply sends one change per agent with all its keys", async () => {
  const rig = await fleetOf(30);
  await rig.apply();
  expect(takeRequests(rig)).toEqual({
    ...{ login: 1, agents: 1, logout: 1 },
    ...{ "agents/secrets": 30, "agents/secrets/change": 30 },
  });
});

test("a first apply reports one step per agent, and of how many changes it is", async () => {
  const rig = await fleetOf(30);
  const { plan: applied } = await rig.apply();
  const steps = rig.events.flatMap((event) =>
    event.type === "step" && event.phase === "apply" ? [event] : [],
  );
  expect(steps).toHaveLength(30);
  expect(steps.reduce((sum, { count = 1 }) => sum + count, 0)).toBe(applied.changes.length);
});

test("an apply sends one change per agent that differs", async () => {
  const rig = await fleetOf(30);
  await rig.apply();
  rig.env.EXTRA = "another value";
  takeRequests(rig);
  await rig.apply();
  expect(takeRequests(rig)).toEqual({
    ...{ login: 1, agents: 1, logout: 1 },
    ...{ "agents/secrets": 30, "agents/secrets/change": CHANGED },
  });
});

test.each([40, 100])("an apply of %d agents flushes once for as many as are in flight", async (agents) => {
  const rig = await fleetOf(agents);
  const inFlight = agents / 10;
  // The lineage, the lock, the key and the log's beginning are made durable as well.
  expect((await writtenBy(rig, apply)).flushes).toBe(inFlight + 6);
  rig.env["KEY-0"] = "another value";
  expect((await writtenBy(rig, apply)).flushes).toBe(inFlight + 2);
});

test.each([100, 200])("an apply that changes 10 of %d agents writes what is of these", async (agents) => {
  const rig = await fleetOf(agents);
  await rig.apply();
  rig.env.EXTRA = "another value";
  expect(await writtenBy(rig, apply)).toEqual({ flushes: 3, bytes: 5938 });
});

test("a plan in sync takes one HMAC per agent, which are two digests, and looks at no key by itself", async () => {
  expect(await workPerAgent((rig) => rig.plan())).toEqual({ digests: 2, ciphers: 0, parsed: 0, searched: 0 });
});

test("an apply of one changed key per agent takes two HMACs and one cipher for each, and looks once for its key", async () => {
  const change = (rig: Rig) => {
    rig.env["KEY-0"] = "another value";
    return rig.apply();
  };
  expect(await workPerAgent(change)).toEqual({ digests: 4, ciphers: 1, parsed: 0, searched: 1 });
});
