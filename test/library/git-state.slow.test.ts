import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type WatchEvent, watch } from "../../src/index";
import { apply } from "../../src/library/apply";
import { parseState } from "../../src/library/inputs/state-settings";
import { plan } from "../../src/library/plan";
import { listState } from "../../src/library/state";
import { compactState } from "../../src/library/state/copies";
import { systemClock } from "../../src/platform/clock";
import { nodeFileSystem } from "../../src/platform/file-system";
import { Rig } from "../rig/rig";
import { tokyoRig, tokyoWorld, tokyoYaml } from "../rig/tokyo";

const GIT = { GIT_CONFIG_GLOBAL: "/dev/null", GIT_CONFIG_SYSTEM: "/dev/null", PATH: process.env.PATH };
let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "jp1im-git-state-"));
  git(folder, "init", "--quiet", "--bare", "remote.git");
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function git(cwd: string, ...args: string[]): string {
  return execFileSync("git", args, { cwd, env: { ...process.env, ...GIT }, encoding: "utf8" });
}

/** A checkout of the desired state on a machine of its own, on a rig whose managers all machines share. */
function checkout(name: string, rig: Rig, yaml: string) {
  const path = join(folder, name);
  mkdirSync(path);
  git(path, "init", "--quiet");
  git(path, "remote", "add", "origin", join(folder, "remote.git"));
  git(path, "config", "user.name", "A Bot");
  git(path, "config", "user.email", "bot@ops.example");
  writeFileSync(join(path, "jp1im.yaml"), yaml);
  const env = { ...rig.env, ...GIT, JP1IM_STATE_KEY: Buffer.alloc(32, 7).toString("base64") };
  return {
    path,
    platform: () => ({ ...rig.platform(), cwd: path, fileSystem: nodeFileSystem, env, host: name }),
  };
}

const client = (program: string) => {
  const desired = JSON.parse(tokyoYaml({ clients: [{ id: "web", deliverTo: { exec: [program] } }] }));
  return JSON.stringify({ ...desired, state: { git: { branch: "jp1im-state" } } });
};
const FILES = { files: ["jp1im.yaml"] };

test("what one machine applied is in sync for another one, and every flush is a commit of the repository's own user", async () => {
  const rig = await tokyoRig({});
  const [one, other] = [checkout("one", rig, client("cat")), checkout("other", rig, client("cat"))];
  const outcome = await apply(FILES, one.platform());
  expect(outcome?.summary).toMatchObject({ applied: 1, failed: 0 });
  const planned = await plan(FILES, other.platform());
  expect(planned.changes).toEqual([]);
  expect(planned.state.location).toBe(`git+${folder}/remote.git#jp1im-state`);
  const authors = git(join(folder, "remote.git"), "log", "--format=%an <%ae>", "jp1im-state")
    .trim()
    .split("\n");
  expect(new Set(authors)).toEqual(new Set(["A Bot <bot@ops.example>"]));
  expect(authors.length).toBeGreaterThan(1);
  expect(git(join(folder, "remote.git"), "show-ref")).not.toContain("refs/jp1im/locks/");
  // Nothing of it is in the working tree, the index or the branches of the checkout.
  expect(git(one.path, "status", "--short", "--branch")).toBe("## No commits yet on master\n?? jp1im.yaml\n");
});

test("a secret that no sink took is delivered by another machine", async () => {
  const rig = await tokyoRig({});
  const failing = client("false");
  const [one, other] = [checkout("one", rig, failing), checkout("other", rig, client("cat"))];
  const outcome = await apply(FILES, one.platform());
  expect(outcome?.changes).toMatchObject([
    { status: "failed", effects: [{ effect: "issued" }, { effect: "not-delivered" }, { effect: "kept" }] },
  ]);
  const listed = await listState(FILES, other.platform());
  expect(listed.kept).toMatchObject([
    { address: "tokyo/client/web", path: expect.stringContaining("#jp1im-state:managers/tokyo/") },
  ]);
  rig.takeWrites();
  expect((await apply(FILES, other.platform()))?.summary).toMatchObject({ applied: 1, failed: 0 });
  expect(rig.takeWrites()).toEqual([]);
  expect((await listState(FILES, one.platform())).kept).toBeUndefined();
});

test("a remote that is not there is one diagnostic, and no manager is asked", async () => {
  const rig = await tokyoRig({});
  const one = checkout("one", rig, client("cat"));
  git(one.path, "remote", "set-url", "origin", join(folder, "gone.git"));
  rig.simulation.clearRequests();
  await expect(apply(FILES, one.platform())).rejects.toMatchObject({
    diagnostics: [
      {
        code: "state-unreachable",
        summary: expect.stringContaining("does not appear to be a git repository"),
      },
    ],
  });
  git(one.path, "remote", "remove", "origin");
  await expect(apply(FILES, one.platform())).rejects.toMatchObject({ diagnostics: [{ code: "usage" }] });
  await expect(apply(FILES, { ...one.platform(), env: { PATH: "/nowhere" } })).rejects.toThrow(
    "git cannot be started",
  );
  expect(rig.simulation.requests()).toEqual([]);
});

test("the cycles of one watch share their pushes, and none has to wait for the others", async () => {
  const names = ["a", "b", "c", "d", "e", "f", "g", "h"];
  const managerOf = (name: string) => ({
    url: `http://${name}.test:20703`,
    host: `host-${name}`,
    auth: { user: "jp1admin", password: { env: "PASSWORD" } },
    clients: [{ id: "web", deliverTo: { exec: ["sh", "-c", "cat", name] } }],
  });
  const users = { jp1admin: { password: "jp1-pass", permission: "JP1_Console_Admin" } };
  const worlds = names.map((name) => [name, { host: `host-${name}`, users }]);
  const rig = await Rig.create(tokyoWorld(Object.fromEntries(worlds)));
  const managers = Object.fromEntries(names.map((name) => [name, managerOf(name)]));
  const state = { git: { branch: "jp1im-state" } };
  const one = checkout("one", rig, JSON.stringify({ apiVersion: "jp1im/v1", managers, state }));
  writeFileSync(join(folder, "remote.git/hooks/pre-receive"), "#!/bin/sh\nsleep 0.2\n", { mode: 0o755 });
  const events: WatchEvent[] = [];
  const report = (event: WatchEvent) => events.push(event);
  const platform = { ...one.platform(), clock: systemClock };
  await watch({ ...FILES, once: true, mode: "apply", concurrency: names.length, report }, platform);
  const cycles = events.flatMap((event) => (event.event === "cycle" ? [[event.manager, event.status]] : []));
  expect(cycles.sort()).toEqual(names.map((name) => [name, "applied"]));
  const commits = git(join(folder, "remote.git"), "rev-list", "--count", "jp1im-state");
  // Each cycle writes what it is about to do, and what came of it.
  expect(Number(commits)).toBeLessThan(2 * names.length);
});

test("a branch with anything else on it is refused by every command, and left as it is", async () => {
  const one = checkout("one", await tokyoRig({}), client("cat"));
  const { path } = one;
  writeFileSync(join(path, "code.txt"), "mine");
  git(path, "add", "code.txt");
  git(path, "commit", "--quiet", "-m", "somebody's work");
  git(path, "push", "--quiet", "origin", "HEAD:refs/heads/main");
  const before = git(path, "ls-remote", "origin");
  const state = `git+file://${folder}/remote.git#main`;
  for (const work of [
    () => plan({ files: ["jp1im.yaml"], state }, one.platform()),
    () => apply({ files: ["jp1im.yaml"], state }, one.platform()),
    () => compactState({ files: [], state }, one.platform()),
  ])
    await expect(work()).rejects.toMatchObject({ diagnostics: [{ code: "state-conflict" }] });
  expect(git(path, "ls-remote", "origin")).toBe(before);
});

test.each([
  [
    "git+https://git.example/ops/state.git#tokyo",
    { remote: "https://git.example/ops/state.git", branch: "tokyo" },
  ],
  [
    "git+ssh://git@git.example/ops/state.git",
    { remote: "ssh://git@git.example/ops/state.git", branch: "jp1im-state" },
  ],
  ["git+git@git.example:ops/state.git#s", { remote: "git@git.example:ops/state.git", branch: "s" }],
  ["git+file:///srv/state.git#a/b", { remote: "file:///srv/state.git", branch: "a/b" }],
])("%s names a remote and a branch", (text, place) => {
  expect(parseState(text, "/work")).toEqual({ at: "git", ...place, folder: "/work" });
});

test.each([
  ["git+https://token-c&nary@git.example/s.git#b", "credentials"],
  ["git+ssh://git:pass-c&nary@git.example/s.git#b", "credentials"],
  ["git+", "no state on a git branch"],
  ["git+--upload-pack=x#b", "no state on a git branch"],
  ["git+https://git.example/s.git#--b", "no name that git takes for a branch"],
  ["git+https://git.example/s git#b", "no state on a git branch"],
])("%s is refused, and shows no credentials", (text, words) => {
  expect(() => parseState(text, "/work")).toThrow(words);
  expect(() => parseState(text, "/work")).not.toThrow("c&nary");
});
