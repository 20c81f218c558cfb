import { listState, unlockState } from "../../src/index";
import { parseState, stateSettings } from "../../src/library/inputs/state-settings";
import { openPostgresState } from "../../src/library/state/postgres-place";
import { parsePostgresUrl } from "../../src/model/postgres-address";
import { HOME, type Rig } from "../rig/rig";
import { refusalOf, tokyoRig } from "../rig/tokyo";

async function setUp(): Promise<Rig> {
  const rig = await tokyoRig({ agents: [{ host: "web01", secrets: { a: { env: "VALUE" } } }] });
  rig.env.VALUE = "some-value";
  return rig;
}

test.each([
  ["a relative path, from the working folder", "states/tokyo", `${HOME}/states/tokyo`],
  ["an absolute path", "/var/states/tokyo", "/var/states/tokyo"],
  ["a file URL", "file:///var/states/to%20kyo", "/var/states/to kyo"],
])("the state is kept where --state says: %s", async (_, state, folder) => {
  const rig = await setUp();
  await rig.apply({ state });
  expect(rig.files.paths()).toContain(`${folder}/managers/tokyo/state.log`);
  expect((await rig.plan({ state })).changes).toEqual([]);
});

test("a git URL without a branch means the one that its refusal names", async () => {
  expect(parseState("git+file:///ops/state.git", HOME)).toMatchObject({ branch: "jp1im-state" });
  const rig = await setUp();
  expect(await refusalOf(rig.apply({ state: "git+file:///ops/state.git#" }))).toMatchObject({
    code: "usage",
    remedy: expect.stringMatching(/#BRANCH; without #BRANCH it is jp1im-state$/),
  });
});

test.each(["ftp://operator:pass-word@gitlab.example/state", "file://elsewhere/state", "file:///a%2Fb"])(
  "a URL that this version keeps no state at is told, and nothing is done: %s",
  async (state) => {
    const rig = await setUp();
    const failure = rig.apply({ state });
    await expect(failure).rejects.not.toThrow("pass-word");
    await expect(failure).rejects.toMatchObject({
      diagnostics: [{ code: "usage", remedy: expect.stringContaining("file:///PATH") }],
    });
    expect(rig.takeWrites()).toEqual([]);
  },
);

test("a URL of PostgreSQL with a password in it is refused, and shows nothing of it", async () => {
  const rig = await setUp();
  const failure = rig.apply({ state: "postgres://ops:pass-word@db.example/jp1im" });
  await expect(failure).rejects.not.toThrow("pass-word");
  await expect(failure).rejects.toMatchObject({
    diagnostics: [{ code: "usage", remedy: expect.stringContaining("PGPASSWORD") }],
  });
  expect(rig.takeWrites()).toEqual([]);
});

test.each([
  ["https://operator:pass-word@state.example/{manager}", "TF_HTTP_PASSWORD"],
  ["https://state.example/{manager}?token=pass-word", "TF_HTTP_PASSWORD"],
  ["https://state.example/{manager}#pass-word", "TF_HTTP_PASSWORD"],
  ["https://state.example/state", "{manager}"],
  ["http://[/{manager}", "{manager}"],
])(
  "an address of a server is refused with the way out, and credentials are not shown: %s",
  async (state, way) => {
    const rig = await setUp();
    const failure = rig.apply({ state });
    await expect(failure).rejects.not.toThrow("pass-word");
    await expect(failure).rejects.toMatchObject({
      diagnostics: [{ code: "usage", remedy: expect.stringContaining(way) }],
    });
    expect(rig.takeWrites()).toEqual([]);
  },
);

test.each([
  ["git@host:repo.git", "git+USER@HOST:PATH#jp1im-state"],
  ["git:pass-word@host:repo.git", "git+USER@HOST:PATH#jp1im-state"],
  ["host=h password=pass-word", "postgres://USER@HOST/DATABASE"],
  ["jdbc:postgresql://u:pass-word@h/d", "postgres://USER@HOST/DATABASE"],
  ["postgres:/u:pass-word@h/d", "postgres://USER@HOST/DATABASE"],
  ["pg:u:pass-word@h/d", "postgres://USER@HOST/DATABASE"],
  ["dbname=jp1im", "postgres://USER@HOST/DATABASE"],
  ["states password=pass-word", "postgres://USER@HOST/DATABASE"],
  ["", "name it"],
  ["git+https://u:pass-word@host/r.git", "credential.helper"],
  ["git+https://host/r.git?token=pass-word", "credential.helper"],
  ["git+ssh://u:pass/pass-word@host/r.git", "credential.helper"],
  ["git+git:pass-word@host:r.git", "credential.helper"],
  ["git+https://host/r.git#bad..name", "choose another name"],
  ["git+https://host/r.git#state.lock", "choose another name"],
  ["git+https://host/r.git#-f", "choose another name"],
])("what is no place for a state is refused with the form to write: %j", async (state, way) => {
  const rig = await setUp();
  const failure = rig.apply({ state });
  await expect(failure).rejects.not.toThrow("pass-word");
  await expect(failure).rejects.toMatchObject({
    diagnostics: [{ code: "usage", remedy: expect.stringContaining(way) }],
  });
  expect(rig.takeWrites()).toEqual([]);
});

test("a folder whose name looks like a repository can be named with its path", async () => {
  const named = stateSettings({ state: "./git@host:repo" }, undefined, { cwd: "/" });
  expect(named).toEqual({ at: "local", path: "/git@host:repo" });
  const url = stateSettings({ state: "./jdbc:x://h" }, undefined, { cwd: "/" });
  expect(url).toEqual({ at: "local", path: "/jdbc:x:/h" });
});

test("a lock that nobody holds cannot be removed", async () => {
  const rig = await setUp();
  await rig.apply();
  await expect(unlockState({ files: ["jp1im.yaml"] }, "3f9c", rig.platform())).rejects.toMatchObject({
    diagnostics: [{ code: "nothing-matched", summary: expect.stringContaining("has the ID 3f9c") }],
  });
});

test("the locks of others are named to a run that gives an ID which no lock has, and stay", async () => {
  const rig = await setUp();
  await rig.apply();
  const holder = { id: "0123456789abcdef", who: "ops@build-8", host: "build-8", pid: 7, command: "apply" };
  const since = "2026-01-01T00:00:00.000Z";
  await rig.write(".jp1im/managers/tokyo/lock", JSON.stringify({ ...holder, since, heartbeat: since }));
  expect(await refusalOf(unlockState({ files: ["jp1im.yaml"] }, "3f9c", rig.platform()))).toMatchObject({
    code: "state-locked",
    summary: expect.stringContaining("that of tokyo is 0123456789abcdef, and ops@build-8 has held it since"),
    remedy: expect.stringContaining("jp1im state unlock 0123456789abcdef"),
  });
  expect(rig.read(".jp1im/managers/tokyo/lock")).toContain("0123456789abcdef");
});

test.each([
  ["disable", "everything travels to db.example in clear text"],
  ["require", "whoever answers for db.example gets the login"],
  ["verify-full", undefined],
])("a database with sslmode=%s: what others may see is said", async (mode, summary) => {
  const rig = await setUp();
  const address = parsePostgresUrl(`postgres://ops@db.example/jp1im?sslmode=${mode}`);
  if ("fault" in address) throw new Error(address.fault);
  await openPostgresState({ address, folder: HOME }, rig.platform());
  const warning = {
    code: "insecure-setting",
    severity: "warning",
    summary: `sslmode=${mode} for the state's database: ${summary}`,
  };
  expect(rig.events).toMatchObject(
    summary === undefined ? [] : [{ type: "diagnostic", diagnostic: warning }],
  );
});

test("a database that --state names as the desired state does has the declared login, and another one has not", () => {
  const address = parsePostgresUrl("postgres://ops@db.example/jp1im?state=fleet");
  if ("fault" in address) throw new Error(address.fault);
  const password = { type: "env", options: "STATE_PASSWORD", folder: HOME };
  const state = { at: "postgres", address, password, folder: HOME } as const;
  const named = (text: string) => stateSettings({ state: text }, { state }, { cwd: "/" });
  expect(named("postgresql://ops@db.example:5432/jp1im?state=fleet")).toBe(state);
  expect(named("postgres://ops@db.example/jp1im")).toEqual({
    ...{ at: "postgres", address: { ...address, state: "jp1im" }, folder: "/" },
  });
});

test("a file that is named as the state is refused as a file, before any key is looked for", async () => {
  const rig = await setUp();
  await rig.apply();
  const named = (path: string, holder: string) => ({
    diagnostics: [
      {
        code: "state-unreadable",
        summary: `the state is a folder, and ${HOME}/${path} is a file`,
        remedy: expect.stringContaining(`--state ${holder},`),
      },
    ],
  });
  await expect(rig.plan({ state: "jp1im.yaml" })).rejects.toMatchObject(named("jp1im.yaml", HOME));
  const log = ".jp1im/managers/tokyo/state.log";
  const listing = listState({ files: ["jp1im.yaml"], state: log }, rig.platform());
  await expect(listing).rejects.toMatchObject(named(log, `${HOME}/.jp1im`));
});
