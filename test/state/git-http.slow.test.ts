import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { systemClock } from "../../src/platform/clock";
import { nodeFileSystem } from "../../src/platform/file-system";
import { systemRandom } from "../../src/platform/random";
import { openGit } from "../../src/state/git/open-git";
import { openState } from "../../src/state/open-state";
import { readState } from "../../src/state/read-state";
import type { Storage } from "../../src/state/storage";
import { refusalOf } from "../rig/tokyo";
import { describeWithHttpBackend, GitHttpServer } from "./git-http-server";
import { client, run } from "./world";

const CANARY = "c4nary-pass";
const WRONG = "wr0ng-c4nary";
const PLAIN = {
  ...{ PATH: process.env.PATH, NO_PROXY: "127.0.0.1" },
  ...{ GIT_CONFIG_GLOBAL: "/dev/null", GIT_CONFIG_SYSTEM: "/dev/null" },
};
let folder: string;
let server: GitHttpServer;
let machines = 0;

const remote = (...args: string[]) =>
  execFileSync("git", args, { cwd: join(folder, "state.git"), env: PLAIN, encoding: "utf8" }).trim();
/** What has been pushed. */
const refs = () => remote("for-each-ref");
const url = () => `http://${server.host}/state.git`;
const helper = (password: string) => `!printf 'username=ops\\npassword=${password}\\n' #`;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "jp1im-git-http-"));
  execFileSync("git", ["init", "--quiet", "--bare", "state.git"], { cwd: folder, env: PLAIN });
  remote("config", "http.receivepack", "true");
  server = await GitHttpServer.open(folder, PLAIN, `ops:${CANARY}`);
});
afterEach(async () => {
  await server.close();
  rmSync(folder, { recursive: true, force: true });
});

function open(options: {
  readonly folder: string;
  readonly env: NodeJS.ProcessEnv;
  readonly remote?: string;
}) {
  return openGit({
    ...{ ...options, branch: "st", cwd: options.folder, cache: join(options.folder, ".jp1im") },
    ...{ fileSystem: nodeFileSystem, clock: systemClock, random: systemRandom },
  });
}

/** A machine without a repository, whose user has a credential helper. */
function machine(password = CANARY): Promise<Storage> {
  const path = join(folder, `machine-${++machines}`);
  mkdirSync(path);
  const config = join(path, "gitconfig");
  execFileSync("git", ["config", "--file", config, "credential.helper", helper(password)], { env: PLAIN });
  return open({ folder: path, env: { ...PLAIN, GIT_CONFIG_GLOBAL: config }, remote: url() });
}

/** A checkout with settings of its own. */
function checkout(settings: Readonly<Record<string, string>>): Promise<Storage> {
  const path = join(folder, `checkout-${++machines}`);
  mkdirSync(path);
  const own = (...args: string[]) => execFileSync("git", args, { cwd: path, env: PLAIN });
  own("init", "--quiet");
  for (const [name, value] of Object.entries(settings)) own("config", name, value);
  return open({ folder: path, env: PLAIN });
}

const begun = (storage: Storage, pid = 100) =>
  openState({ ...run(nodeFileSystem, { pid }), storage, clock: systemClock });
const read = async (storage: Storage) => {
  const view = await readState({ storage, report: () => undefined });
  return [...view.records()].map(({ address }) => address).sort();
};
/** The refusal of a run, in which nothing of the login or of the program may be. */
async function refusal(work: Promise<unknown>) {
  const diagnostic = await refusalOf(work);
  const text = JSON.stringify(diagnostic);
  for (const secret of [CANARY, WRONG, "    at "]) expect(text).not.toContain(secret);
  return diagnostic;
}

describeWithHttpBackend("a state in git over HTTP", () => {
  test("is written with the user's credential helper, and read by a machine whose repository has the helper", async () => {
    const state = await begun(await machine());
    state.put(client("app"));
    await state.close();
    const settings = { "remote.origin.url": url(), "credential.helper": helper(CANARY) };
    const other = await checkout(settings);
    expect(await read(other)).toEqual(["tokyo/client/app"]);
    const next = await begun(other);
    next.put(client("web"));
    await next.close();
    expect(await read(await machine())).toEqual(["tokyo/client/app", "tokyo/client/web"]);
    expect(refs()).toMatch(/^\w+ commit\trefs\/heads\/st$/);
    expect(server.asked).toContain("POST /state.git/git-receive-pack");
  });

  test("has a lock that a second run is refused, until it is given back", async () => {
    const first = await begun(await machine());
    expect(refs()).toMatch(/refs\/jp1im\/locks\/st\/tokyo$/);
    expect(await refusal(begun(await machine(), 101))).toMatchObject({
      code: "state-locked",
      summary: expect.stringContaining("operator@build-7"),
    });
    await first.close();
    await (await begun(await machine(), 101)).close();
    expect(refs()).not.toContain("refs/jp1im/locks");
  });

  test.each([
    ["a helper", () => machine(WRONG)],
    ["the URL", () => checkout({ "remote.origin.url": url().replace("//", `//ops:${WRONG}@`) })],
    ["nothing", () => checkout({ "remote.origin.url": url() })],
  ])("is not begun with wrong credentials from %s", async (_from, opened) => {
    const storage = await opened();
    expect(storage.location).toBe(`git+${url()}#st`);
    const reason = expect.stringMatching(/Authentication failed|could not read Username/);
    const remedy = expect.stringContaining("credentials");
    for (const work of [begun(storage), read(storage)])
      expect(await refusal(work)).toMatchObject({ code: "state-unreachable", summary: reason, remedy });
    expect([refs(), server.asked]).toEqual(["", []]);
  });

  test("that everybody may read is not begun by a user without credentials, who is told to try a push", async () => {
    server.isPublic = true;
    const storage = await checkout({ "remote.origin.url": url() });
    expect(await read(storage)).toEqual([]);
    expect(await refusal(begun(storage))).toMatchObject({
      code: "state-unreachable",
      summary: expect.stringContaining("could not read Username"),
      remedy: expect.stringContaining("`git push REPOSITORY` works"),
    });
    expect(refs()).toBe("");
  });

  test("is one diagnostic where the server is gone, at the beginning and in the middle", async () => {
    const state = await begun(await machine());
    const storage = await machine();
    const before = refs();
    await server.close();
    const gone = { code: "state-unreachable", summary: expect.stringContaining("unable to access") };
    state.put(client("app"));
    expect(await refusal(state.flush())).toMatchObject(gone);
    expect(await refusal(begun(storage))).toMatchObject(gone);
    await state.close().catch(() => undefined);
    expect(refs()).toBe(before);
  });

  test.each([
    ["its hook", () => hook("echo 'the branch is protected' >&2; exit 1"), "the branch is protected"],
    ["itself", () => remote("config", "http.receivepack", "false"), "403"],
  ])("is not written where the server refuses the push by %s", async (_how, refuse, reason) => {
    const state = await begun(await machine());
    state.put(client("app"));
    await state.flush();
    const before = refs();
    refuse();
    state.put(client("web"));
    const refused = { code: "state-unwritable", summary: expect.stringContaining(reason) };
    const remedy = expect.stringContaining("let the user push");
    expect(await refusal(state.flush())).toMatchObject({ ...refused, remedy });
    await state.close().catch(() => undefined);
    expect(await refusal(begun(await machine(), 101))).toMatchObject({ code: "state-locked" });
    expect(refs()).toBe(before);
    expect(await read(await machine())).toEqual(["tokyo/client/app"]);
  });
});

function hook(script: string): void {
  writeFileSync(join(folder, "state.git/hooks/update"), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
}
