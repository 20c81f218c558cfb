/** What a probe never does, and what it leaves behind it. */
import { TransportError } from "../../../src/api/transport";
import type { Platform, ProbeIntent } from "../../../src/index";
import { probe } from "../../../src/index";
import { probeText } from "../../../src/report/probe-text";
import { type Rig, simulatedTransport } from "../../rig/rig";
import { refusalOf } from "../../rig/tokyo";
import { AGENT, answersOf, journals, probed, rigLike, truthOf } from "./probed";

/** The network, which does `then` instead of sending the request of that number and every later one. */
function breakingAt(rig: Rig, at: number, then: () => Promise<never>): Platform {
  let sent = 0;
  return {
    ...rig.platform(),
    transport: (manager) => {
      const { send, close } = simulatedTransport(rig.simulation, manager);
      return { close, send: (request) => (++sent >= at ? then() : send(request)) };
    },
  };
}

/** No manager carries a request out so long after it was sent. */
const LONG = 11 * 60_000;

const never = () => new Promise<never>(() => undefined);
const lost = () => Promise.reject(new TransportError("lost", true, "the connection broke"));

test("the prompt names every object that is made or deleted, and no other agent is touched", async () => {
  const rig = await rigLike();
  let intent: ProbeIntent["scratch"];
  await probed(rig, {
    approve: async ({ scratch }) => {
      intent = scratch;
      return true;
    },
  });
  const [first, last] = intent?.fillers ?? [];
  const named = new Set([...(intent?.keys ?? []), ...(intent?.clients ?? []), ...(intent?.absent ?? [])]);
  const isNamed = (name: string) => named.has(name) || (`${first}` <= name && name <= `${last}`);
  const bodies = rig.simulation.requests().flatMap(({ path, body }) => (/login/.test(path) ? [] : [body]));
  const scratch = bodies.flatMap((body) => body.match(/[\w.]*jp1im-probe-[\w.]+/g) ?? []);
  expect(scratch.length).toBeGreaterThan(1_000);
  expect(scratch.filter((name) => !isNamed(name))).toEqual([]);
  const hosts = bodies.flatMap((body) => /"agenthost":"([^"]*)"/.exec(body)?.[1] ?? []);
  expect([...new Set(hosts)]).toEqual([AGENT, AGENT.toUpperCase()]);
  // Only what carries the name of this probe was deleted.
  const deleted = rig.takeWrites().flatMap((line) => line.match(/(?<= )-[^>]\S*/g) ?? []);
  expect(deleted.filter((key) => !key.includes("jp1im-probe-"))).toEqual([]);
});

test("without an approval nothing is made, and no journal is written", async () => {
  const rig = await rigLike();
  const options = { files: ["jp1im.yaml"], manager: "tokyo", agent: AGENT, approve: async () => false };
  expect(await probe(options, rig.platform())).toBeUndefined();
  expect(rig.takeWrites()).toEqual([]);
  expect(journals(rig)).toEqual([]);
});

test.each([20, 40, 60, 90, 110])(
  "killed at request %i, the next probe removes what was left, and asks everything",
  async (at) => {
    const rig = await rigLike();
    const before = truthOf(rig);
    const reached = new Promise<void>((resolve) => {
      const stop = () => {
        resolve();
        return never();
      };
      void probed(rig, {}, breakingAt(rig, at, stop));
    });
    await reached;
    expect(journals(rig)).toHaveLength(1);
    await rig.reboot();
    rig.pass(LONG);
    const found = await probed(rig);
    expect(found).toMatchObject({ removed: expect.any(Number), isPartial: false, diagnostics: [] });
    expect(truthOf(rig)).toBe(before);
    expect(journals(rig)).toEqual([]);
  },
);

test("after a kill, --clean-up only removes what was left", async () => {
  const rig = await rigLike();
  const before = truthOf(rig);
  await new Promise<void>((resolve) => {
    const stop = () => {
      resolve();
      return never();
    };
    void probed(rig, {}, breakingAt(rig, 60, stop));
  });
  await rig.reboot();
  rig.pass(LONG);
  expect(await probed(rig, { cleanUp: true, agent: undefined })).toEqual({
    ...{ isPartial: false, removed: 1, diagnostics: [] },
  });
  expect(truthOf(rig)).toBe(before);
  expect(await probed(rig, { cleanUp: true })).toEqual({ isPartial: false, diagnostics: [] });
});

test.each([15, 50, 100])("cancelled at request %i, it removes what it made", async (at) => {
  const rig = await rigLike();
  const before = truthOf(rig);
  let sent = 0;
  const platform: Platform = {
    ...rig.platform(),
    transport: (manager) => {
      const { send, close } = simulatedTransport(rig.simulation, manager);
      return {
        close,
        send: (request) => {
          sent += 1;
          if (sent === at) rig.cancel();
          return send(request);
        },
      };
    },
  };
  expect(await refusalOf(probed(rig, {}, platform))).toMatchObject({ code: "cancelled" });
  expect(truthOf(rig)).toBe(before);
  expect(journals(rig)).toEqual([]);
});

test("where the connection is lost in the middle, the rest is not tried, and says how to remove what is left", async () => {
  const rig = await rigLike();
  const before = truthOf(rig);
  let sent = 60;
  const counted = () => {
    sent += 1;
    return lost();
  };
  const found = await probed(rig, {}, breakingAt(rig, sent, counted));
  expect(found.isPartial).toBe(true);
  expect(answersOf(found)).toMatchObject({ "wrong-method": "405", "secret-limit": "no answer came" });
  expect(sent).toBeLessThan(70);
  expect(found.diagnostics).toMatchObject([
    { code: "probe-leftovers", remedy: expect.stringContaining("jp1im probe --manager tokyo --clean-up") },
  ]);
  rig.pass(LONG);
  expect((await probed(rig)).removed).toBeDefined();
  expect(truthOf(rig)).toBe(before);
});

test("a manager that deletes nothing gets a bounded number of requests", async () => {
  const rig = await rigLike();
  rig.simulation.faults.add({
    ...{
      path: "secret/client/deleteInfo",
      effect: { type: "status", status: 500, messageId: "KAJY68007-E" },
    },
  });
  const found = await probed(rig);
  expect(found.diagnostics).toMatchObject([{ code: "probe-leftovers" }]);
  expect(journals(rig)).toHaveLength(1);
  expect(rig.simulation.requests().length).toBeLessThan(500);
});

const foreign = "jp1im-probe-0123456789abcdef.a";

test.each([
  { type: "create-client", id: foreign },
  { type: "set-agent-secret", host: AGENT, key: foreign, secret: "v" },
] as const)("objects of a probe that ran elsewhere are named and left alone: $type", async (edit) => {
  const rig = await rigLike();
  rig.simulation.edit({ manager: "tokyo", ...edit });
  const before = truthOf(rig);
  await probed(rig);
  const diagnostics = rig.events.flatMap((event) =>
    event.type === "diagnostic" && event.diagnostic.code === "probe-leftovers" ? [event.diagnostic] : [],
  );
  expect(diagnostics).toMatchObject([
    { code: "probe-leftovers", severity: "warning", summary: expect.stringContaining(foreign) },
  ]);
  expect(truthOf(rig)).toBe(before);
});

const JOURNAL = {
  ...{ format: "jp1im-probe-journal/1", url: "http://tokyo.test:20703", clients: true },
  ...{ agent: { host: AGENT, managerHost: "immhost01" }, prefix: "jp1im-probe-0123456789abcdef" },
};

test.each([
  ["{}", "it is no journal of a probe"],
  [JSON.stringify({ ...JOURNAL, prefix: "" }), "no journal"],
  [JSON.stringify({ ...JOURNAL, prefix: "foreign" }), "no journal"],
  [JSON.stringify({ ...JOURNAL, agent: {} }), "no journal"],
  [JSON.stringify({ ...JOURNAL, format: "jp1im-probe-journal/2" }), "no journal"],
])("a journal that is %s deletes nothing", async (text, why) => {
  const rig = await rigLike();
  await rig.files.makeFolder("/home/ops/.jp1im", 0o700);
  await rig.write(".jp1im/probe-tokyo.json", text);
  expect(await refusalOf(probed(rig))).toMatchObject({
    ...{ code: "probe-leftovers", summary: expect.stringContaining(why) },
  });
  expect(rig.takeWrites()).toEqual([]);
});

test("what was left on another URL is not looked for here", async () => {
  const rig = await rigLike();
  await rig.files.makeFolder("/home/ops/.jp1im", 0o700);
  await rig.write(".jp1im/probe-tokyo.json", JSON.stringify({ ...JOURNAL, url: "http://old.test" }));
  expect(await refusalOf(probed(rig, { cleanUp: true }))).toMatchObject({
    ...{ code: "probe-leftovers", summary: expect.stringContaining("http://old.test") },
  });
});

test("the report holds no name, host or secret, whatever the manager says", async () => {
  const names = ["tokyo", "immhost", AGENT, "jp1admin", "jp1-pass", "jp1im-probe-", "foreign", ".invalid"];
  const answer = { error: "immhost01", message: "jp1admin jp1-pass batch-01", messageId: "KAJY68207-E" };
  for (const path of ["agents/secrets/change", "secret/client/*", "subManagers/*", "agents"]) {
    const rig = await rigLike();
    rig.simulation.faults.add({
      ...{ path, skip: 3, effect: { type: "raw", status: 500, body: JSON.stringify(answer) } },
    });
    rig.simulation.faults.add({
      path: "/im/api/version",
      effect: {
        ...{ type: "raw", status: 200, contentType: "application/json" },
        body: '{"productName":"immhost01","productVersion":"tokyo","apiVersion":["jp1admin"]}',
      },
    });
    const { report } = await probed(rig);
    if (!report) throw new Error("there is no report");
    expect(report.manager).toBeUndefined();
    const texts = [JSON.stringify(report), probeText(report)];
    for (const text of texts) expect(names.filter((name) => text.includes(name))).toEqual([]);
  }
});
