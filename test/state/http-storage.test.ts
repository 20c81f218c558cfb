import { gzipSync } from "node:zlib";
import { createPlatform, type Platform } from "../../src/library/platform";
import { openHttpState } from "../../src/library/state/http-place";
import type { HttpStateSettings } from "../../src/model/desired-state";
import type { Diagnostic } from "../../src/model/diagnostic";
import { systemClock } from "../../src/platform/clock";
import { nodeFileSystem } from "../../src/platform/file-system";
import type { StateCopy } from "../../src/state/copied-state";
import { openState } from "../../src/state/open-state";
import { putState } from "../../src/state/put-state";
import { readState } from "../../src/state/read-state";
import { copyState } from "../../src/state/state-copy";
import { hurriedClock } from "../platform/hurried-clock";
import { type Asked, type Fault, legible, type Manner, StateServerStandIn } from "./state-server";
import { keepsAState } from "./storage-contract";
import { survivesEveryWait } from "./waits-contract";
import { asker, client, run } from "./world";

const ENV: Readonly<Record<string, string>> = { TF_HTTP_USERNAME: "ops", TF_HTTP_PASSWORD: "s3cret" };
let server: StateServerStandIn;
let reported: Diagnostic[] = [];
let states = 0;

const prepare = async (manner: Manner) => {
  server = await StateServerStandIn.open(manner);
  reported = [];
};
afterEach(() => server.close());

/** The state as another machine sees it. */
function machine(
  settings: Partial<HttpStateSettings> = {},
  env: Readonly<Record<string, string>> = ENV,
  more: Partial<Platform> = {},
  declared: readonly string[] = [],
) {
  const platform = createPlatform({
    ...more,
    env,
    clock: hurriedClock(),
    report: (event) => {
      if (event.type === "diagnostic") reported.push(event.diagnostic);
    },
  });
  return openHttpState({ address: server.address, ...settings }, platform, { all: declared, used: declared });
}

const options = async (more = {}) => ({
  ...run(nodeFileSystem, { clock: systemClock }),
  storage: await machine(),
  ...more,
});
/** The state as a machine sees it whose desired state declares these managers. */
const knowing = (...declared: string[]) => machine({}, ENV, {}, declared);
/** A state of these managers, as a copy. */
async function copied(managers: readonly string[]): Promise<StateCopy> {
  const state = await openState(await options({ managers }));
  for (const manager of managers) state.put({ ...client("app"), address: `${manager}/client/app`, manager });
  await state.close();
  return (await copyState(await machine())) as StateCopy;
}

const addresses = async () => {
  const view = await readState({ storage: await machine(), report: () => undefined });
  return [...view.records()].map(({ address }) => address.replace("tokyo/client/", "")).sort();
};

describe.each<Manner>(["plain", "gitlab"])(
  "a state on a server of Terraform's protocol, in the manner %s",
  (manner) => {
    beforeEach(() => prepare(manner));
    // Over the network in http-network.slow.test.ts.
    const prepareState = () => {
      const address = server.address.replace("{manager}", `state-${++states}-{manager}`);
      return () => machine({ address }, ENV, { stateTransport: () => server.transport() });
    };
    keepsAState(prepareState);
    survivesEveryWait(prepareState);

    /** Writes a state with each request in turn struck by a fault, and says what became of it. */
    async function writeWith(fault: Fault, number: number) {
      server.documents.clear();
      server.asked.length = 0;
      server.fault = (_, each) => (each === number ? fault : undefined);
      const state = await openState(await options());
      state.put(client("app"));
      await state.flush();
      await (await machine()).kept("tokyo").list();
      state.put(client("web"));
      await state.close();
      const count = server.asked.length;
      server.fault = () => undefined;
      return { count, addresses: await addresses(), holder: await (await machine()).holder("tokyo") };
    }

    test.each<Fault>(["refused", "lost", { status: 503 }])(
      "every request can be %p, and the state is as it was written",
      async (fault) => {
        let count = Number.POSITIVE_INFINITY;
        for (let number = 0; number < count; number++) {
          const written = await writeWith(fault, number);
          expect(written).toEqual({ count: written.count, addresses: ["app", "web"], holder: undefined });
          expect([...server.documents.values()].filter(({ lock }) => lock)).toEqual([]);
          count = written.count;
        }
        expect(count).toBeGreaterThan(12);
      },
    );

    test("a lock whose run died before it wrote anything is found and removed by its ID", async () => {
      const dead = await openState(await options());
      const refused = openState(await options({ host: "elsewhere" }));
      const { diagnostics } = await refused.then(
        () => ({ diagnostics: [] as Diagnostic[] }),
        (error) => error,
      );
      expect(diagnostics).toMatchObject([{ code: "state-locked" }]);
      const [, id = ""] = /state unlock (\w+)/.exec(diagnostics[0]?.remedy ?? "") ?? [];
      const storage = await machine();
      expect(await storage.managers()).toEqual(["tokyo"]);
      expect(await storage.unlock("tokyo", id, asker)).toMatchObject({ id });
      await (await openState(await options({ host: "elsewhere" }))).close();
      await dead.close();
    });

    test("the lock of a run that died while it listed a manager is removed after a while", async () => {
      const lock = { ID: "left-behind", Who: "nobody", Created: "2030-01-01T00:00:00Z" };
      server.documents.set("_managers", { lock });
      const state = await openState(await options());
      state.put(client("app"));
      await state.close();
      expect(await addresses()).toEqual(["app"]);
      expect(server.documents.get("_managers")?.lock).toBeUndefined();
    });

    const isUnlock = ({ method, url }: Asked) =>
      method === "UNLOCK" || (method === "DELETE" && /lock$/.test(url));

    test("a lock that could not be given back is taken over by the next run of its host", async () => {
      const state = await openState(await options());
      state.put(client("app"));
      await state.flush();
      server.fault = (asked) => (isUnlock(asked) ? { status: 503 } : undefined);
      await state.close();
      expect(server.documents.get("tokyo")?.lock).toBeDefined();
      server.fault = () => undefined;
      const { warnings, ...next } = await options();
      await (await openState(next)).close();
      expect(warnings).toMatchObject([{ code: "lock-taken-over" }]);
    });

    test("after a write of which nothing is known, the document is read again before the next one", async () => {
      const own = await options();
      const state = await openState(own);
      state.put(client("app"));
      await state.flush();
      server.fault = ({ method }) => (({ POST: "lost", GET: "refused" }) as const)[method];
      state.put(client("web"));
      await expect(state.flush()).rejects.toMatchObject({ diagnostics: [{ code: "state-unreachable" }] });
      server.fault = () => undefined;
      // An issued secret that no sink took.
      const kept = await own.storage
        .kept("tokyo")
        .write("kept", "sealed")
        .catch((error) => error);
      await state.close().catch(() => undefined);
      expect([kept, await (await machine()).kept("tokyo").read("kept")]).toEqual([undefined, "sealed"]);
      expect(await addresses()).toEqual(["app", "web"]);
    });

    test("a part that was written, and is not to be seen, is not left out of a copy", async () => {
      await (await openState(await options({ managers: ["nagoya"] }))).close();
      const state = await openState(await options({ managers: ["osaka", "tokyo"] }));
      state.put(client("app"));
      state.put({ ...client("edge"), address: "osaka/client/edge", manager: "osaka" });
      await state.close();
      // Nothing was ever written of nagoya.
      expect([...((await copyState(await machine()))?.managers.keys() ?? [])]).toEqual(["osaka", "tokyo"]);
      server.fault = ({ url }) => (url.endsWith("/osaka") ? { status: 404 } : undefined);
      const hidden = { code: "state-unreadable", address: "osaka" };
      await expect(copyState(await machine())).rejects.toMatchObject({ diagnostics: [hidden] });
      const held = { held: ["nagoya", "osaka", "tokyo"] };
      await expect(copyState(await machine(), held)).rejects.toMatchObject({ diagnostics: [hidden] });
      const warnings: Diagnostic[] = [];
      const view = await readState({ storage: await machine(), report: (each) => warnings.push(each) });
      expect([warnings, view.damaged.get("osaka")]).toMatchObject([[], { diagnostics: [hidden] }]);
    });

    test("a part that is not to be seen is not written over, unless a copy is put there by force", async () => {
      const copy = await copied(["osaka", "tokyo"]);
      server.fault = ({ url, method }) =>
        method === "GET" && url.endsWith("/osaka") ? { status: 404 } : undefined;
      const hidden = { diagnostics: [{ code: "state-unreadable", address: "osaka" }] };
      await expect(openState(await options({ managers: ["osaka"] }))).rejects.toMatchObject(hidden);
      const state = await openState(await options({ managers: ["osaka", "tokyo"] }));
      expect([state.damaged.get("osaka"), state.mayWrite("osaka")]).toMatchObject([hidden, false]);
      await state.close();
      await expect(putState(copy, await options())).rejects.toMatchObject(hidden);
      server.documents.delete("osaka");
      server.fault = () => undefined;
      await putState(copy, await options({ force: true }));
      expect(await copyState(await machine())).toEqual(copy);
    });

    test("a list of managers that is lost is said to be so by the first run that finds a part", async () => {
      await copied(["osaka", "tokyo"]);
      server.documents.delete("_managers");
      const { warnings, ...own } = await options({ managers: ["osaka"] });
      await (await openState(own)).close();
      expect(warnings).toMatchObject([{ code: "state-unreadable", severity: "warning" }]);
      const { warnings: none, ...again } = await options({ managers: ["osaka", "tokyo"] });
      const state = await openState(again);
      state.put({ ...client("web"), address: "tokyo/client/web" });
      await state.close();
      expect([...((await copyState(await machine()))?.managers.keys() ?? [])]).toEqual(["osaka", "tokyo"]);
    });

    test("a list that is lost does not let a new manager begin another state, nor under another key", async () => {
      const copy = await copied(["osaka", "tokyo"]);
      const declared = ["kobe", "osaka", "tokyo"];
      const begin = async (more = {}) => {
        server.documents.delete("_managers");
        const storage = await knowing(...declared);
        const { warnings, ...own } = await options({ managers: ["kobe"], storage, ...more });
        const state = await openState(own);
        state.put({ ...client("app"), address: "kobe/client/app", manager: "kobe" });
        await state.close();
        return warnings;
      };
      await expect(begin({ keyId: "key-2", mayTakeOver: false })).rejects.toMatchObject({
        diagnostics: [{ code: "state-key" }],
      });
      await expect(begin({ keyId: "key-2", isNewState: true })).rejects.toMatchObject({
        diagnostics: [{ code: "state-key" }],
      });
      expect(await begin()).toMatchObject([{ code: "state-unreadable", severity: "warning" }]);
      const { lineage, managers } = (await copyState(await machine())) as StateCopy;
      expect([lineage, [...managers.keys()]]).toEqual([copy.lineage, declared]);
    });

    test("a list that is lost is said to be so by a read as well, which finds the declared parts", async () => {
      await copied(["osaka", "tokyo"]);
      server.documents.delete("_managers");
      const storage = await knowing("kobe", "osaka", "tokyo");
      const warnings: Diagnostic[] = [];
      const view = await readState({ storage, report: (each) => warnings.push(each) });
      expect([...view.records()].map(({ address }) => address)).toEqual([
        "osaka/client/app",
        "tokyo/client/app",
      ]);
      expect(warnings).toMatchObject([{ code: "state-unreadable", severity: "warning" }]);
    });

    test("a list that is lost is whole again after a run with nothing to write", async () => {
      const { lineage } = await copied(["osaka", "tokyo"]);
      const before = await (await machine()).identity();
      server.documents.delete("_managers");
      const again = async () => {
        const storage = await knowing("osaka", "tokyo");
        const { warnings, ...own } = await options({ managers: ["osaka"], storage });
        await (await openState(own)).close();
        return warnings;
      };
      expect(await again()).toMatchObject([{ code: "state-unreadable", severity: "warning" }]);
      expect(await (await machine()).identity()).toEqual({ ...before, lineage });
      expect(await again()).toEqual([]);
    });

    test.each<[string, object]>([
      ["is refused", { status: 403 }],
      ["is a document of something else", { status: 200, body: '{"version":4}' }],
    ])(
      "a declared manager whose document %s does not come on the list of a run on others",
      async (_, fault) => {
        await copied(["tokyo"]);
        server.fault = ({ method, url }) =>
          method === "GET" && url.endsWith("/kobe") ? (fault as never) : undefined;
        const storage = await knowing("kobe", "tokyo");
        await (await openState(await options({ managers: ["tokyo"], storage }))).close();
        expect(await (await machine()).managers()).toEqual(["tokyo"]);
      },
    );

    test("a list that lacks a declared part is completed by the next run that takes a lock", async () => {
      await copied(["osaka", "tokyo"]);
      server.documents.delete("_managers");
      await (await openState(await options({ managers: ["osaka"] }))).close();
      expect(await (await machine()).managers()).toEqual(["osaka"]);
      const storage = await knowing("osaka", "tokyo");
      expect(await storage.managers()).toEqual(["osaka", "tokyo"]);
      await (await openState(await options({ managers: ["osaka"], storage }))).close();
      expect(await (await machine()).managers()).toEqual(["osaka", "tokyo"]);
      // From then on it is known that there was a part.
      server.documents.delete("tokyo");
      await expect(copyState(await machine())).rejects.toMatchObject({
        diagnostics: [{ code: "state-unreadable", address: "tokyo" }],
      });
    });

    test("a run on one manager asks for no other's part where there is a list", async () => {
      await copied(["tokyo"]);
      const declared = { all: ["kobe", "osaka", "tokyo"], used: ["osaka"] };
      const storage = await openHttpState(
        { address: server.address },
        createPlatform({ env: ENV }),
        declared,
      );
      expect(await storage.managers()).toEqual(["tokyo"]);
      expect(server.asked.filter(({ url }) => url.endsWith("/kobe"))).toEqual([]);
    });

    test("parts of two states are not written where the list is lost", async () => {
      await copied(["osaka"]);
      server.documents.delete("_managers");
      await copied(["tokyo"]);
      server.documents.delete("_managers");
      const bodies = () => ["osaka", "tokyo"].map((name) => server.documents.get(name)?.body);
      const before = bodies();
      for (const managers of [["tokyo"], ["osaka", "tokyo"]])
        await expect(
          openState(await options({ managers, storage: await knowing("osaka", "tokyo") })),
        ).rejects.toMatchObject({ diagnostics: [{ code: "state-corrupted" }] });
      expect(bodies()).toEqual(before);
    });

    test("a new state costs one request for each declared manager", async () => {
      const storage = await knowing("kobe", "osaka", "tokyo");
      await (await openState(await options({ storage }))).close();
      for (const name of ["kobe", "osaka"])
        expect(server.asked.filter(({ url }) => url.endsWith(`/${name}`))).toHaveLength(1);
    });

    test("a damaged part under somebody's lock is locked, and the lock is named", async () => {
      const own = await openState(await options());
      own.put(client("app"));
      await own.flush();
      const { lock = {}, body = "" } = server.documents.get("tokyo") ?? {};
      server.documents.set("tokyo", { lock, body: body.replace(/"log":"[^"]{9}/, '"log":"') });
      const next = openState(await options({ managers: ["osaka", "tokyo"], host: "elsewhere" }));
      const named = expect.stringContaining(`state unlock ${lock.ID}`);
      await expect(next).rejects.toMatchObject({ diagnostics: [{ code: "state-locked", remedy: named }] });
      await own.close();
    });

    test("a manager that is taken off the list after its lock was taken is on it once it is written", async () => {
      const listed = async () => (await machine()).managers();
      const own = await openState(await options({ managers: ["osaka"] }));
      expect(await listed()).toEqual(["osaka"]);
      server.documents.delete("_managers");
      own.put({ ...client("app"), address: "osaka/client/app", manager: "osaka" });
      await own.flush();
      await own.close();
      expect(await listed()).toEqual(["osaka"]);
    });

    test("a part that is lost is taken off the list where nobody has it", async () => {
      const copy = await copied(["osaka", "tokyo"]);
      const forget = async (manager: string) => (await machine()).forget?.(manager, await options());
      expect(await forget("tokyo")).toBe(false);
      server.documents.delete("osaka");
      expect(await forget("osaka")).toBe(true);
      expect([...((await copyState(await machine()))?.managers.keys() ?? [])]).toEqual(["tokyo"]);
      await putState(copy, await options());
      expect(await copyState(await machine())).toEqual(copy);
    });

    test("a lock that somebody removed on the server's own page is none", async () => {
      const state = await openState(await options());
      state.put(client("app"));
      await state.flush();
      const kept = server.documents.get("tokyo");
      server.documents.set("tokyo", { ...(kept?.body !== undefined && { body: kept.body }) });
      const next = await openState(await options({ host: "elsewhere" }));
      await next.close();
      expect(await (await machine()).holder("tokyo")).toBeUndefined();
      state.put(client("late"));
      await expect(state.close()).rejects.toMatchObject({ diagnostics: [{ code: "lock-lost" }] });
    });
  },
);

describe("a server that is not as it should be", () => {
  beforeEach(() => prepare("plain"));

  const ask = async (settings: Partial<HttpStateSettings> = {}, env = ENV, more: Partial<Platform> = {}) => {
    const storage = await machine(settings, env, more);
    const state = await openState({ ...(await options()), storage });
    state.put(client("app"));
    await state.close();
  };
  const fails = (promise: Promise<unknown>, diagnostic: object) =>
    expect(promise).rejects.toMatchObject({ diagnostics: [expect.objectContaining(diagnostic)] });
  const text = (part: string) => expect.stringContaining(part);

  test.each([
    ["no credentials", {}, 401, "a request without credentials"],
    [
      "a wrong password",
      { TF_HTTP_USERNAME: "ops", TF_HTTP_PASSWORD: "guess" },
      403,
      "the user ops with the password of TF_HTTP_PASSWORD",
    ],
  ])("%s: the message names the credentials, and not the password", async (_, env, status, named) => {
    await fails(ask({}, env), { code: "state-unreachable", summary: text(named) });
    await fails(ask({}, env), { summary: text(`answered ${status}`) });
    await fails(ask({}, env), { summary: expect.not.stringContaining("guess") });
    expect(server.documents.size).toBe(0);
  });

  test.each<[number, Fault, object]>([
    [
      0,
      { status: 302, headers: { location: "https://login.example/?token=t0ken" } },
      { code: "state-unreachable", summary: text("a redirect to https://login.example,") },
    ],
    [0, { status: 401 }, { remedy: "correct TF_HTTP_USERNAME and TF_HTTP_PASSWORD" }],
    [
      0,
      { status: 200, body: "<html>Sign in</html>" },
      { code: "state-unreadable", summary: text("not JSON") },
    ],
    [
      0,
      { status: 200, body: '{"version":4,"terraform_version":"1.11.4","serial":3}' },
      { code: "state-unreadable", summary: text("a state of Terraform") },
    ],
    [0, { status: 200, body: '{"serial":3}' }, { code: "state-unreadable", summary: text("did not write") }],
    [
      0,
      { status: 200, body: '{"version":1000,"serial":3,"jp1im":{"version":2}}' },
      { code: "state-unreadable", summary: text("newer version") },
    ],
    [
      0,
      { status: 200, body: '{"version":1000,"serial":3,"jp1im":{"version":1,"managers":7}}' },
      { code: "state-corrupted" },
    ],
    [
      1,
      { status: 405 },
      { code: "state-unwritable", summary: text("the method LOCK"), remedy: text("lockMethod") },
    ],
    [1, { status: 404 }, { code: "state-unwritable", summary: text("no such address") }],
    [3, { status: 413 }, { code: "state-unwritable", summary: text("too large") }],
    [3, { status: 507 }, { code: "state-unwritable", summary: text("no room"), remedy: text("make room") }],
    [3, { status: 403 }, { code: "state-unwritable", summary: text("not permitted") }],
  ])("request %i answered with %p", async (number, fault, diagnostic) => {
    server.fault = (_, each) => (each === number ? fault : undefined);
    await fails(ask(), diagnostic);
    expect(server.history).toEqual([]);
  });

  test("one that is always busy is asked a few times, with the pauses that it wants", async () => {
    server.fault = () => ({ status: 429, headers: { "retry-after": "2" } });
    await fails(ask(), { code: "state-unreachable", summary: text("429") });
    expect(server.asked.length).toBeLessThan(10);
  });

  test("one that takes everything and keeps nothing", async () => {
    server.fault = () => ({ status: 200, body: "" });
    await fails(ask(), { code: "state-unwritable", summary: text("does not have it afterwards") });
  });

  /** Says of a lock only that it is there, and keeps it where it `sticks`. */
  const isSilent = (name: string, sticks = false) => {
    server.fault = ({ method, url }) => {
      const isLocked = url.endsWith(name) && server.documents.get(name)?.lock !== undefined;
      return isLocked && (method === "LOCK" || (sticks && method === "UNLOCK")) ? { status: 423 } : undefined;
    };
  };
  const lock = { ID: "tf-1", Who: "somebody", Created: "2030-01-01T00:00:00Z" };

  test("one that does not say whose a lock is removes it by the command of the message", async () => {
    server.documents.set("tokyo", { lock });
    isSilent("tokyo");
    await fails(ask(), { code: "state-locked", remedy: text("jp1im state unlock unreadable") });
    expect(await (await machine()).unlock("tokyo", "unreadable", asker)).toMatchObject({ id: "unreadable" });
    await ask();
  });

  test("one that neither says whose a lock is nor removes it has a remedy that leads on", async () => {
    server.documents.set("tokyo", { lock });
    isSilent("tokyo", true);
    const unlocked = machine().then((storage) => storage.unlock("tokyo", "unreadable", asker));
    await fails(unlocked, { code: "state-locked", remedy: text("the server's own means") });
  });

  test("one that does not say whose the lock of the list of managers is", async () => {
    // Asked so often that it has to be near.
    const near = { stateTransport: () => server.transport() };
    server.documents.set("_managers", { lock });
    isSilent("_managers");
    await ask({}, ENV, near);
    server.documents.set("_managers", { ...server.documents.get("_managers"), lock });
    isSilent("_managers", true);
    server.asked.length = 0;
    const storage = await machine({}, ENV, near);
    const osaka = options({ managers: ["osaka"], storage }).then(openState);
    await fails(osaka, {
      summary: text("/_managers is still there"),
      remedy: text("the server's own means"),
    });
    expect(server.asked.length).toBeLessThan(3_000);
  });

  test("a lock that a run held for a moment names its process, and is taken over when that has ended", async () => {
    await ask();
    server.fault = ({ method }) => (method === "UNLOCK" ? { status: 503 } : undefined);
    await machine()
      .then((storage) => storage.holder("tokyo", asker))
      .catch(() => undefined);
    server.fault = () => undefined;
    expect(server.documents.get("tokyo")?.lock?.Info).toContain(`"pid":${process.pid}`);
    const { host } = createPlatform({});
    const { warnings, ...next } = await options({ host, isProcessAlive: () => false });
    await (await openState(next)).close();
    expect(warnings).toMatchObject([{ code: "lock-taken-over" }]);
  });

  test("nobody at the address", async () => {
    await fails(ask({ address: "http://127.0.0.1:1/{manager}" }), {
      code: "state-unreachable",
      summary: text("http://127.0.0.1:1/_managers"),
    });
  });

  test("a document of Terraform, or of another manager, is never overwritten", async () => {
    const terraforms = '{"version":4,"terraform_version":"1.11.4","serial":3}';
    server.documents.set("tokyo", { body: terraforms });
    await fails(ask(), { code: "state-unreadable" });
    expect(server.documents.get("tokyo")).toEqual({ body: terraforms });
    server.documents.clear();
    await ask();
    server.documents.set("osaka", server.documents.get("tokyo") ?? {});
    const osaka = options({ managers: ["osaka"] }).then(openState);
    await fails(osaka, { code: "state-unreadable", summary: text("holds the state of tokyo") });
  });

  test.each([
    "garbage",
    '{"serial":1,"jp1im":{"version":1,"managers":7}}',
    '{"serial":1,"lineage":7,"jp1im":{"version":1,"managers":[],"put":{"id":"a"}}}',
    '{"serial":1,"lineage":"l","jp1im":{"version":1,"managers":[],"keyId":7}}',
  ])("a damaged list of managers names the way out: %s", async (body) => {
    await ask();
    server.documents.set("_managers", { body });
    await fails(ask(), { summary: text("/_managers"), remedy: text("or delete it") });
    server.documents.delete("_managers");
    await ask();
  });

  test("the part of another state is refused", async () => {
    await ask();
    const { body = "" } = server.documents.get("_managers") ?? {};
    server.documents.set("_managers", { body: JSON.stringify({ ...JSON.parse(body), lineage: "other" }) });
    await fails(ask(), {
      ...{ code: "state-corrupted", summary: text("belongs to another state") },
      remedy: text("jp1im state push --state PLACE BACKUP"),
    });
  });

  test("a damaged log is no file that a person could restore", async () => {
    await ask();
    const { body = "" } = server.documents.get("tokyo") ?? {};
    const document = JSON.parse(body);
    document.jp1im.log = gzipSync("garbage\nmore\n").toString("base64");
    server.documents.set("tokyo", { body: JSON.stringify(document) });
    await fails(ask(), {
      ...{ code: "state-corrupted", summary: text("line 1 of ") },
      remedy:
        "put back a copy that `jp1im state pull` printed, if there is one: `jp1im state push --force --manager tokyo BACKUP`",
    });
  });

  test("a damaged document gives way to a copy, and one of Terraform does not", async () => {
    await ask();
    const copy = await copyState(await machine());
    if (copy === undefined) throw new Error("there is a state");
    const { body = "" } = server.documents.get("tokyo") ?? {};
    const damaged = JSON.stringify({
      ...JSON.parse(body),
      jp1im: { ...JSON.parse(body).jp1im, log: "garbage" },
    });
    server.documents.set("tokyo", { body: damaged });
    await fails(ask(), {
      ...{ code: "state-corrupted", summary: text("/tokyo is damaged") },
      remedy: text("; or put back a copy that `jp1im state pull` printed"),
    });
    await fails(
      options().then((to) => putState(copy, to)),
      { code: "state-corrupted" },
    );
    expect(server.documents.get("tokyo")).toEqual({ body: damaged });
    await putState(copy, { ...(await options()), force: true });
    expect(await copyState(await machine())).toEqual(copy);
    expect(JSON.parse(server.documents.get("tokyo")?.body ?? "").serial).toBeGreaterThan(
      JSON.parse(damaged).serial,
    );
    const terraforms = '{"version":4,"terraform_version":"1.11.4","serial":3}';
    server.documents.set("tokyo", { body: terraforms });
    const over = options().then((to) => putState(copy, { ...to, force: true }));
    await fails(over, { code: "state-unreadable" });
    expect(server.documents.get("tokyo")).toEqual({ body: terraforms });
  });

  test("a list whose lock the server gives and does not honour is given up, and not written", async () => {
    const isList = ({ url, method }: { url: string; method: string }) =>
      method === "POST" && url.includes("_managers?");
    server.fault = (asked) => (isList(asked) ? { status: 423 } : undefined);
    await fails(ask(), { code: "lock-lost", summary: text("_managers") });
    expect(server.asked.filter(isList)).toHaveLength(5);
    expect(server.documents.get("_managers")?.body).toBeUndefined();
  });

  test("a server that speaks no TLS needs no certificate, but another address", async () => {
    const address = server.address.replace("http://", "https://");
    const asked = machine({ address }).then((storage) => storage.managers());
    await fails(asked, { summary: text("the answer is not TLS"), remedy: text("http://") });
  });

  test.each(["lockAddress", "unlockAddress"])(
    "plain http in %s alone is a warning as well",
    async (setting) => {
      await machine({
        address: "https://state.example/{manager}",
        [setting]: "http://lock.example/{manager}",
      });
      expect(reported).toMatchObject([{ code: "insecure-setting", summary: text("lock.example") }]);
    },
  );

  test("plain http to another machine is a warning, and a token is sent in the place of a user", async () => {
    await machine({ address: "http://state.example/{manager}" });
    expect(reported).toMatchObject([{ code: "insecure-setting", summary: text("state.example") }]);
    const token = { type: "env", options: "TOKEN", folder: "/" };
    await fails(ask({ token }, { TOKEN: "t0ken" }), {
      summary: text("the token (environment variable TOKEN)"),
    });
    await fails(ask({ token }, { TOKEN: "t0 ken" }), { code: "secret-refused" });
    await fails(ask({ username: "ops" }, {}), {
      code: "source-unresolved",
      remedy: text("TF_HTTP_PASSWORD"),
    });
  });
});

test("a document has what GitLab lists, and a version that Terraform refuses to read", async () => {
  await prepare("gitlab");
  const state = await openState(await options());
  state.put(client("app"));
  await state.close();
  const document = JSON.parse(server.documents.get("tokyo")?.body ?? "");
  expect(document).toMatchObject({ version: 1000, serial: 2, lineage: state.lineage });
  expect(legible(JSON.stringify(document))).toContain("tokyo/client/app");
});
