/** What an earlier probe has left: nothing of it is forgotten before it is certain, and nothing is removed without a yes. */
import { TransportError } from "../../../src/api/transport";
import type { Platform, ProbeIntent } from "../../../src/index";
import { probe } from "../../../src/index";
import { type Rig, simulatedTransport } from "../../rig/rig";
import { refusalOf } from "../../rig/tokyo";
import { AGENT, journals, probed, rigLike, truthOf } from "./probed";

const PREFIX = "jp1im-probe-0123456789abcdef";
const LONG = 11 * 60_000;

interface Cut {
  readonly fault: "lost" | "timeout";
  /** An answer of a proxy in place of a lost connection. */
  readonly status?: number;
}

/** A proxy that cuts the second request that issues a client, and never hands it on: `late` makes the client. */
function cutting(rig: Rig, { fault, status }: Cut) {
  let issues = 0;
  let id = "";
  const platform: Platform = {
    ...rig.platform(),
    transport: (manager) => {
      const { send, close } = simulatedTransport(rig.simulation, manager);
      return {
        close,
        send: async (request) => {
          if (!request.path.endsWith("client/generateInfo") || ++issues !== 2) return send(request);
          id = JSON.parse(`${request.body}`).clientId;
          if (status !== undefined) return { status, headers: {}, body: Buffer.from("") };
          throw new TransportError(fault, true, "no answer came");
        },
      };
    },
  };
  const late = () => rig.simulation.edit({ manager: "tokyo", type: "create-client", id });
  return { platform, late };
}

test.each([
  ["the connection is lost", { fault: "lost" }],
  ["no answer comes in time", { fault: "timeout" }],
  ["a proxy answers 504", { fault: "lost", status: 504 }],
] as const)("where %s, the journal stays until the write can no longer be carried out", async (_, cut) => {
  const rig = await rigLike();
  const before = truthOf(rig);
  const { platform, late } = cutting(rig, cut);
  const found = await probed(rig, {}, platform);
  expect(found).toMatchObject({ isPartial: true, diagnostics: [{ code: "probe-leftovers" }] });
  expect(found.diagnostics[0]?.summary).toContain("may carry it out until 2");
  expect(journals(rig)).toHaveLength(1);

  late();
  expect(truthOf(rig)).not.toBe(before);
  const early = await probed(rig, { cleanUp: true });
  expect(early).toMatchObject({ removed: 1, diagnostics: [{ code: "probe-leftovers" }] });
  expect(truthOf(rig)).toBe(before);
  expect(journals(rig)).toHaveLength(1);
  // Nothing is asked before either.
  expect(await refusalOf(probed(rig))).toMatchObject({ code: "probe-leftovers" });

  rig.pass(LONG);
  expect(await probed(rig, { cleanUp: true })).toEqual({ isPartial: false, removed: 0, diagnostics: [] });
  expect(journals(rig)).toEqual([]);
});

test("after a kill, a clean-up at once removes what is there, and keeps the journal for what may still come", async () => {
  const rig = await rigLike();
  const before = truthOf(rig);
  let id = "";
  await new Promise<void>((resolve) => {
    const platform: Platform = {
      ...rig.platform(),
      transport: (manager) => {
        const { send, close } = simulatedTransport(rig.simulation, manager);
        return {
          close,
          send: (request) => {
            if (!request.path.endsWith("client/generateInfo")) return send(request);
            id = JSON.parse(`${request.body}`).clientId;
            resolve();
            return new Promise<never>(() => undefined);
          },
        };
      },
    };
    void probed(rig, {}, platform);
  });
  await rig.reboot();
  expect(await probed(rig, { cleanUp: true })).toMatchObject({
    ...{ removed: 0, diagnostics: [{ code: "probe-leftovers", severity: "error" }] },
  });
  rig.simulation.edit({ manager: "tokyo", type: "create-client", id });
  rig.pass(LONG);
  expect(await probed(rig, { cleanUp: true })).toMatchObject({ removed: 1, diagnostics: [] });
  expect([truthOf(rig) === before, journals(rig)]).toEqual([true, []]);
});

test("a journal that claims a write in time to come is kept no longer than one that says nothing", async () => {
  const rig = await withJournal({ writesUntil: Date.now() * 2 });
  expect(await probed(rig, { cleanUp: true })).toMatchObject({ diagnostics: [{ code: "probe-leftovers" }] });
  rig.pass(LONG);
  expect(await probed(rig, { cleanUp: true })).toMatchObject({ removed: 0, diagnostics: [] });
});

const JOURNAL = {
  ...{ format: "jp1im-probe-journal/1", url: "http://tokyo.test:20703", clients: true, writesUntil: 0 },
  ...{ agent: { host: AGENT, managerHost: "immhost01" }, prefix: PREFIX },
};

async function withJournal(own: object = {}, tokyo = {}): Promise<Rig> {
  const rig = await rigLike({}, {}, { lowerManagers: [], ...tokyo });
  await rig.files.makeFolder("/home/ops/.jp1im", 0o700);
  await rig.write(".jp1im/probe-tokyo.json", JSON.stringify({ ...JOURNAL, ...own }));
  rig.simulation.edit({
    manager: "tokyo",
    type: "create-client",
    id: `${PREFIX}.other`.replace("0123", "9999"),
  });
  return rig;
}

test.each([
  ["an agent that does not exist", { agent: { host: "batch-99", managerHost: "immhost01" } }, "batch-99"],
  ["an agent of another manager", { agent: { host: AGENT, managerHost: "immhost09" } }, "immhost09"],
  ["something that was edited", { checksum: `sha256:${"0".repeat(64)}` }, "was edited"],
])("a journal that names %s is refused and kept", async (_, own, why) => {
  const rig = await withJournal(own);
  expect(await refusalOf(probed(rig, { cleanUp: true }))).toMatchObject({
    ...{ code: "probe-leftovers", summary: expect.stringContaining(why) },
    remedy: expect.stringMatching(/delete .* begin/),
  });
  expect(rig.takeWrites()).toEqual([]);
  expect(journals(rig)).toHaveLength(1);
});

test("where a lower manager is down, its agent may be the journal's", async () => {
  const rig = await rigLike();
  await rig.files.makeFolder("/home/ops/.jp1im", 0o700);
  const agent = { host: "osaka-01", managerHost: "immhost-osaka" };
  await rig.write(".jp1im/probe-tokyo.json", JSON.stringify({ ...JOURNAL, agent }));
  expect(await refusalOf(probed(rig, { cleanUp: true }))).toMatchObject({
    remedy: expect.stringContaining("once all lower managers answer"),
  });
});

test("a journal that was edited after it was written is refused", async () => {
  const rig = await rigLike();
  const { platform } = cutting(rig, { fault: "lost" });
  await probed(rig, {}, platform);
  const [path = ""] = journals(rig);
  const text = rig.files.peek(path)?.toString() ?? "";
  await rig.write(".jp1im/probe-tokyo.json", text.replace(AGENT, "batch-02"));
  expect(await refusalOf(probed(rig, { cleanUp: true }))).toMatchObject({
    summary: expect.stringContaining("was edited"),
  });
  expect(journals(rig)).toHaveLength(1);
});

test.each([true, false])("nothing is removed before somebody says yes (clean-up: %s)", async (cleanUp) => {
  const rig = await withJournal();
  rig.simulation.edit({ manager: "tokyo", type: "create-client", id: `${PREFIX}.a` });
  const before = truthOf(rig);
  const intents: ProbeIntent[] = [];
  const options = { files: ["jp1im.yaml"], manager: "tokyo", agent: AGENT, cleanUp };
  const approve = (answer: boolean) => async (intent: ProbeIntent) => {
    intents.push(intent);
    return answer;
  };
  expect(await probe({ ...options, approve: approve(false) }, rig.platform())).toBeUndefined();
  expect([truthOf(rig) === before, rig.takeWrites(), journals(rig).length]).toEqual([true, [], 1]);
  expect(intents).toMatchObject([{ leftovers: { prefix: PREFIX, keys: [], clients: [`${PREFIX}.a`] } }]);
  expect(intents[0]?.scratch === undefined).toBe(cleanUp);
  expect(await probed(rig, { ...options, approve: approve(true) })).toMatchObject({ removed: 1 });
  expect(journals(rig)).toEqual([]);
});
