/** The doctor's checks of logins, permissions, sources, sinks and the state, over the simulator's core. */
import { type Check, type DoctorOptions, doctor, rehearseRebuild } from "../../src/index";
import { Replies } from "../../src/library/doctor/replies";
import type { Rig } from "../rig/rig";
import { type DesiredTokyo, refusalOf, tokyoRig, tokyoYaml } from "../rig/tokyo";

const DECLARED = {
  clients: [{ id: "app", deliverTo: { file: "out/app" } }],
  agents: [{ match: "web*", secrets: { "smtp.password": { env: "SMTP" } } }],
};
const USERS = {
  jp1admin: { password: "jp1-pass", permission: "JP1_Console_Admin" },
  reader: { password: "jp1-pass", permission: "JP1_Console_User" },
};

async function rigWith(desired: DesiredTokyo = DECLARED, settings: object = {}): Promise<Rig> {
  const rig = await tokyoRig(desired, { tokyo: { users: USERS, ...settings } });
  rig.env.SMTP = "smtp-pass";
  return rig;
}

async function examined(rig: Rig, options: Partial<DoctorOptions> = {}) {
  const { checks } = await doctor({ files: ["jp1im.yaml"], ...options }, rig.platform());
  return {
    checks,
    lines: checks.map(({ check, status }) => `${check} ${status}`),
    of: (name: Check["check"]) => checks.filter(({ check }) => check === name),
  };
}

const reads = (status: string) =>
  ["clients", "lower-managers", "agents", "agent-secrets"].map((check) => `${check} ${status}`);

test("all is well, nothing is written, and no state or key is made", async () => {
  const rig = await rigWith();
  const { lines, of } = await examined(rig);
  expect(lines).toEqual([
    ...["version ok", "session-login ok", "request-login ok", ...reads("ok"), "identity ok"],
    ...["clock skipped", "latency ok"],
    ...["sources ok", "state ok", "state-key ok", "lock ok", "sinks ok", "audit-trail ok"],
  ]);
  expect(of("agent-secrets")[0]?.detail).toMatch(/keys? on tokyo\/agent\/immhost01\/web0[12]$/);
  expect(rig.takeWrites()).toEqual([]);
  expect(rig.read(".jp1im/state.key")).toBeUndefined();
  expect(rig.read("out/app")).toBeUndefined();
});

test("a state that is named and not there yet is as well as any other", async () => {
  const rig = await rigWith();
  const { lines, of } = await examined(rig, { state: "elsewhere" });
  expect(lines).toEqual(expect.arrayContaining(["state ok", "state-key ok", "lock ok"]));
  expect(of("state")[0]?.detail).toContain("there is none yet");
  expect([...rig.files.paths()].filter((path) => path.includes("elsewhere"))).toEqual([]);
});

test("a wrong password is tried once, and what needs the login is skipped", async () => {
  const rig = await rigWith();
  rig.env.PASSWORD = "wrong-pass";
  const { lines, checks } = await examined(rig);
  expect(lines.slice(0, 7)).toEqual([
    ...["version ok", "session-login failed", "request-login skipped", ...reads("skipped")],
  ]);
  expect(rig.simulation.requests().map(({ path }) => path)).toEqual(["/im/api/version", "/im/api/v1/login"]);
  expect(JSON.stringify(checks)).not.toContain("wrong-pass");
});

test("a login with each request that the manager does not take shows that a session would work", async () => {
  const auth = { user: "jp1admin", password: { env: "PASSWORD" }, session: false };
  const { of } = await examined(await rigWith({ ...DECLARED, auth }));
  expect(of("request-login")).toMatchObject([
    { status: "failed", code: "manager-denied", remedy: expect.stringContaining("session: false") },
  ]);
  expect(of("session-login")).toMatchObject([
    { status: "ok", detail: expect.stringContaining("session: true") },
  ]);
});

test("a password that its source does not give fails the login, at its place", async () => {
  const rig = await rigWith();
  delete rig.env.PASSWORD;
  const { of } = await examined(rig);
  expect(of("version")).toMatchObject([{ status: "ok" }]);
  expect(of("session-login")).toMatchObject([
    { status: "failed", code: "source-unresolved", position: { file: "jp1im.yaml" } },
  ]);
});

test("a right that is lacking fails where something declared needs it, and is a warning where nothing does", async () => {
  const auth = { user: "reader", password: { env: "PASSWORD" } };
  const needed = await examined(await rigWith({ ...DECLARED, auth }));
  expect(needed.lines).toEqual(
    expect.arrayContaining(["session-login ok", "clients failed", "lower-managers warning"]),
  );
  expect(needed.of("clients")[0]).toMatchObject({ code: "manager-denied" });
  const { lines } = await examined(await rigWith({ auth }));
  expect(lines).toEqual(expect.arrayContaining(["clients warning", "lower-managers warning"]));
});

test("a lower manager that does not answer is named, and the rest is checked", async () => {
  const rig = await rigWith(DECLARED, { lowerManagers: ["immhost-osaka"] });
  const effect = { type: "manager-state", host: "immhost-osaka", state: "down" } as const;
  rig.simulation.faults.add({ manager: "tokyo", path: "agents", effect });
  const { of } = await examined(rig);
  expect(of("agents")).toMatchObject([
    { status: "failed", code: "manager-partial", detail: expect.stringContaining("immhost-osaka") },
  ]);
  expect(of("agent-secrets")).toMatchObject([{ status: "ok" }]);
});

test("an agent that is down is a warning: it says nothing of the permission", async () => {
  const rig = await rigWith();
  const effect = { type: "status", status: 500, messageId: "KAJY68212-E" } as const;
  rig.simulation.faults.add({ manager: "tokyo", path: "agents/secrets", effect });
  const { of } = await examined(rig);
  expect(of("agent-secrets")).toMatchObject([
    { status: "warning", detail: expect.stringContaining("KAJY68212-E"), remedy: expect.any(String) },
  ]);
});

test("an initial secret opens nothing that can be tried", async () => {
  const { lines } = await examined(await rigWith({ auth: { initialSecret: { env: "PASSWORD" } } }));
  expect(lines.slice(0, 4)).toEqual(["version ok", "session-login skipped", "clock skipped", "latency ok"]);
});

test("every source without a value, and every sink that is taken, is named", async () => {
  const rig = await rigWith({
    ...DECLARED,
    lowerManagers: [{ host: "immhost-osaka", initialSecret: { env: "OSAKA" } }],
  });
  delete rig.env.SMTP;
  await rig.files.makeFolder("/home/ops/out");
  await rig.write("out/app", "somebody's");
  const { of } = await examined(rig);
  expect(of("sources").map(({ status, detail }) => `${status} ${detail}`)).toEqual([
    "failed the environment variable OSAKA is not set",
    "failed the environment variable SMTP is not set",
  ]);
  expect(of("sinks")).toMatchObject([
    { status: "failed", code: "sink-unwritable", address: "tokyo/client/app" },
  ]);
  expect(rig.read("out/app")).toBe("somebody's");
});

test("a lock that is held is a warning with its holder, and a lost key one with what it costs", async () => {
  const rig = await rigWith();
  await rig.apply();
  await rig.remove(".jp1im/state.key");
  const at = "2026-01-02T03:04:05Z";
  const lock = {
    id: "0123",
    who: "eve@build-7",
    host: "build-7",
    pid: 42,
    command: "apply",
    since: at,
    heartbeat: at,
  };
  await rig.write(".jp1im/managers/tokyo/lock", JSON.stringify(lock));
  const { of } = await examined(rig);
  expect(of("lock")).toMatchObject([
    {
      status: "warning",
      detail: `that of tokyo is held by eve@build-7 (pid 42, apply) since ${at}`,
      remedy: expect.stringContaining("`jp1im state unlock 0123`"),
    },
  ]);
  expect(of("state-key")[0]).toMatchObject({
    status: "warning",
    remedy: expect.stringContaining("restore the key file"),
  });
});

test("a damaged state fails, and its key and sinks are not looked at", async () => {
  const rig = await rigWith();
  await rig.apply();
  await rig.write(".jp1im/state.log", "no log\n");
  const { lines } = await examined(rig);
  expect(lines.slice(-6, -1)).toEqual([
    "sources ok",
    "state failed",
    "state-key skipped",
    "lock skipped",
    "sinks skipped",
  ]);
});

test("a desired state on standard input is read once", async () => {
  const rig = await rigWith();
  const inputs = [Buffer.from(rig.read("jp1im.yaml") ?? "")];
  const stdin = async () => inputs.shift() ?? Buffer.alloc(0);
  const { checks } = await doctor({ files: ["-"] }, { ...rig.platform(), stdin });
  expect(checks.filter(({ status }) => status === "failed")).toEqual([]);
});

test("only the managers that are named are asked, and one that is not declared is refused", async () => {
  const rig = await rigWith();
  expect((await examined(rig, { managers: ["tokyo"] })).of("version")).toHaveLength(1);
  expect(
    await refusalOf(doctor({ files: ["jp1im.yaml"], managers: ["toky"] }, rig.platform())),
  ).toMatchObject({
    code: "unknown-manager",
  });
});

test.each([
  ["Thu, 01 Jan 2026 00:00:00 GMT", "ok", "is that of this machine"],
  ["Thu, 01 Jan 2026 00:00:30 GMT", "ok", "30 s ahead of"],
  ["Wed, 31 Dec 2025 23:50:00 GMT", "warning", "10 min behind"],
  ["Mon, 29 Dec 2025 00:00:00 GMT", "warning", "3 days behind"],
  ["yesterday", "skipped", "no answer carries"],
])("the header Date %j is a clock that is %s", (date, status, words) => {
  const replies = new Replies();
  replies.add(
    { status: 200, headers: { date }, body: Buffer.alloc(0) },
    100,
    Date.parse("2026-01-01T00:00:00.500Z"),
  );
  const found = replies.clock();
  expect(found.status ?? "ok").toBe(status);
  expect(found.detail).toContain(words);
  expect(replies.latency()).toEqual({ detail: "median 100 ms, longest 100 ms (1 request)" });
});

test("a state that was written for another manager is what every run would stop with", async () => {
  const rig = await rigWith();
  await rig.apply();
  const moved = { ...DECLARED, url: "http://nagoya.test:20703" };
  await rig.write("jp1im.yaml", tokyoYaml(moved));
  const refusal = await refusalOf(rig.apply());
  expect(refusal.code).toBe("other-manager");
  const { of } = await examined(rig);
  expect(of("identity")).toMatchObject([
    { status: "failed", code: "other-manager", detail: refusal.summary },
  ]);
  const { diagnostics } = await rehearseRebuild({ files: ["jp1im.yaml"], manager: "tokyo" }, rig.platform());
  expect(diagnostics).toContainEqual(refusal);
  expect(rig.takeWrites().filter((write) => write.startsWith("nagoya"))).toEqual([]);
});
