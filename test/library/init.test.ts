/** What `init` writes, what stops it before anything is written, and that what it writes is in sync. */
import { checkInit, getResources, type InitOptions, initProject } from "../../src/index";
import { HOME, Rig } from "../rig/rig";
import { refusalOf, tokyoWorld } from "../rig/tokyo";

const LOGIN = {
  ...{ url: "http://tokyo.test:20703", host: "immhost01", name: "tokyo" },
  ...{ user: "jp1admin", passwordEnv: "PASSWORD" },
};
const FILES = ["jp1im.yaml", ".gitignore", ".jp1im/state.key"];

const rigWith = (settings: Parameters<typeof tokyoWorld>[0] = {}) => Rig.create(tokyoWorld(settings));
const init = (rig: Rig, own: Partial<InitOptions> = {}) => initProject({ ...LOGIN, ...own }, rig.platform());
const written = (rig: Rig) => FILES.filter((name) => rig.read(name) !== undefined);

test("writes a desired state that is in sync, an ignore file and a key, and nothing on the manager", async () => {
  const rig = await rigWith();
  const made = await init(rig);
  expect(made).toEqual({ manager: "tokyo", files: FILES, unknown: [], diagnostics: [] });
  expect(rig.read("jp1im.yaml")).toBe(`\
# The desired state of this manager. \`jp1im schema\` prints what may be in it, and \`jp1im get agents\` what is there.
apiVersion: jp1im/v1
managers:
  tokyo:
    url: "http://tokyo.test:20703"
    host: immhost01
    auth: { user: jp1admin, password: { env: PASSWORD } }
`);
  expect(rig.read(".gitignore")).toBe(".jp1im/\nout/\n");
  expect(Buffer.from(rig.read(".jp1im/state.key") ?? "", "base64")).toHaveLength(32);
  expect((await rig.plan()).changes).toEqual([]);
  expect(rig.takeWrites()).toEqual([]);
});

describe("checkInit", () => {
  test("says of each option that is given what is wrong with it", async () => {
    const rig = await rigWith();
    const check = async (given: Partial<InitOptions>) =>
      (await checkInit(given, rig.platform())).map(({ summary }) => summary);
    expect(await check({})).toEqual([]);
    expect(await check(LOGIN)).toEqual([]);
    expect(await check({ url: "htps://a" })).toEqual([expect.stringMatching(/^--url is not acceptable/)]);
    expect(await check({ host: "a b" })).toEqual([expect.stringMatching(/^--host is not acceptable/)]);
    expect(await check({ passwordEnv: "hunter 2" })).toEqual([expect.not.stringContaining("hunter")]);
    expect(await check({ passwordEnv: "OTHER" })).toEqual(["the environment variable OTHER is not set"]);
    expect(await check({ ca: "ca.pem" })).toEqual([expect.stringContaining("ca.pem")]);
  });

  test("says what is in the way", async () => {
    const rig = await rigWith();
    await init(rig);
    const faults = await checkInit({}, rig.platform());
    expect(faults.map(({ code }) => code)).toEqual(["init-unwritable", "init-unwritable"]);
  });
});

test("--from-manager declares and imports what is there, and the next plan is empty", async () => {
  const rig = await rigWith();
  const made = await init(rig, { fromManager: true });
  expect(made).toMatchObject({ declared: 2, imported: 2, unknown: [], diagnostics: [] });
  expect(rig.read("jp1im.yaml")).toContain("- { id: foreign-app, generation: 1, ");
  const { changes, diagnostics } = await rig.plan();
  expect([changes, diagnostics]).toEqual([[], []]);
  const options = { files: ["jp1im.yaml"], kind: "clients", match: "foreign-*" } as const;
  const { items } = await getResources(options, rig.platform());
  expect(items).toMatchObject([{ name: "foreign-app", declared: true, owned: true }]);
  expect(rig.takeWrites()).toEqual([]);
});

test.each([".gitignore", "state.key"])(
  "where %s cannot be written, nothing stays, and it can be run again",
  async (name) => {
    const rig = await rigWith();
    rig.files.onCall = ({ name: call, path }) =>
      call === "write" && path.includes(name) ? "ENOSPC" : undefined;
    await refusalOf(init(rig));
    expect(written(rig)).toEqual([]);
    rig.files.onCall = () => undefined;
    expect((await init(rig)).files).toEqual(FILES);
  },
);

test("what could not be read is named, and the rest is declared and imported", async () => {
  const rig = await rigWith();
  const effect = { type: "status", status: 403, messageId: "KAJY01000-E" } as const;
  rig.simulation.faults.add({ manager: "tokyo", path: "secret/client/list", effect });
  const made = await init(rig, { fromManager: true });
  expect(made.unknown).toMatchObject([{ address: "tokyo/client", code: "manager-denied" }]);
  expect(made).toMatchObject({ declared: 1, imported: 1, diagnostics: [{ code: "manager-partial" }] });
});

test.each([
  ["a wrong password", { PASSWORD: "wrong-pass" }, {}, "manager-denied"],
  ["a variable that is not set", {}, { passwordEnv: "NOWHERE" }, "source-unresolved"],
  ["an empty password", { PASSWORD: "" }, {}, "source-unresolved"],
] as const)("%s stops it before anything is written", async (_title, env, own, code) => {
  const rig = await rigWith();
  Object.assign(rig.env, env);
  const refusal = await refusalOf(init(rig, own));
  expect(refusal).toMatchObject({ code });
  expect(refusal.position).toBeUndefined();
  expect(await rig.files.list(HOME)).toEqual([]);
});

test("a manager that does not show its lists stops --from-manager before anything is written", async () => {
  const rig = await rigWith();
  const effect = { type: "status", status: 500 } as const;
  for (const path of ["secret/client/list", "subManagers", "agents"])
    rig.simulation.faults.add({ manager: "tokyo", path, effect, skip: path === "subManagers" ? 2 : 0 });
  expect(await refusalOf(init(rig, { fromManager: true }))).toMatchObject({ code: "manager-failed" });
  expect(await rig.files.list(HOME)).toEqual([]);
});

test.each(["jp1im.yaml", ".jp1im"])("a %s that is there stops it, and stays as it is", async (name) => {
  const rig = await rigWith();
  await rig.write(name, "mine");
  expect(await refusalOf(init(rig))).toMatchObject({
    code: "init-unwritable",
    summary: `${name} is there already, and init replaces nothing`,
  });
  expect(rig.read(name)).toBe("mine");
  expect(await rig.files.list(HOME)).toEqual([name]);
  expect(rig.simulation.requests()).toEqual([]);
});

test("an ignore file stops it unless it has the lines, and stays as it is", async () => {
  const rig = await rigWith();
  await rig.write(".gitignore", "node_modules/\n.jp1im/\n");
  expect(await refusalOf(init(rig))).toMatchObject({
    code: "init-unwritable",
    remedy: expect.stringContaining("`printf '%s\\n' out/ >> .gitignore`"),
  });
  expect(written(rig)).toEqual([".gitignore"]);
  await rig.write(".gitignore", "out/ \r\n.jp1im/");
  expect((await init(rig)).files).toEqual(["jp1im.yaml", ".jp1im/state.key"]);
  expect(rig.read(".gitignore")).toBe("out/ \r\n.jp1im/");
});

test("a key that the environment gives is not made a second time", async () => {
  const rig = await rigWith();
  rig.env.JP1IM_STATE_KEY = Buffer.alloc(32, 7).toString("base64");
  expect((await init(rig)).files).toEqual(["jp1im.yaml", ".gitignore"]);
  expect(written(rig)).toEqual(["jp1im.yaml", ".gitignore"]);
});

test.each([
  [{ url: "htp:/x" }, "--url is not acceptable"],
  [{ host: "a b" }, "--host is not acceptable"],
  [{ user: "" }, "--user is empty"],
  [{ name: "a/b" }, "a/b"],
  [{ ca: "gone.pem" }, "gone.pem"],
])("the options %j are refused by their names", async (own, words) => {
  const rig = await rigWith();
  const overTls = { url: "https://tokyo.test:20703" };
  expect((await refusalOf(init(rig, { ...overTls, ...own }))).summary).toContain(words);
  expect(await rig.files.list(HOME)).toEqual([]);
});

test("a password in the place of its variable's name is not repeated", async () => {
  const refusal = await refusalOf(init(await rigWith(), { passwordEnv: "s3cret-Pass!" }));
  expect(refusal).toMatchObject({ code: "usage", summary: expect.stringContaining("--password-env") });
  expect(JSON.stringify(refusal)).not.toContain("s3cret");
});

test.each([
  ["immhost01", []],
  ["IMMHOST01", []],
  ["immhost02", ["the manager's agents report to immhost01, and its host is given as immhost02"]],
])("the host %s is compared with that of the agents", async (host, warnings) => {
  const rig = await rigWith();
  await init(rig, { host });
  const found = rig.events.flatMap((event) => (event.type === "diagnostic" ? [event.diagnostic] : []));
  expect(found.filter(({ code }) => code === "likely-mistake").map(({ summary }) => summary)).toEqual(
    warnings,
  );
});

test.each([
  ["immhost01", "immhost01"],
  ["10.0.0.1", "10.0.0.1"],
  ["_jp1日本", "jp1-"],
  ["日本", "manager"],
])("without a name, %s is called %s", async (host, name) => {
  const rig = await rigWith();
  const { name: _name, ...login } = LOGIN;
  expect((await initProject({ ...login, host }, rig.platform())).manager).toBe(name);
});
