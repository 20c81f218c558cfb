import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { systemClock } from "../../src/platform/clock";
import { nodeFileSystem } from "../../src/platform/file-system";
import { systemRandom } from "../../src/platform/random";
import { openGit } from "../../src/state/git/open-git";
import { openState } from "../../src/state/open-state";
import { refusalOf } from "../rig/tokyo";
import { asker, client, run } from "./world";

const isInstalled = spawnSync("ssh-keygen", ["-?"]).error === undefined;
if (!isInstalled) console.warn("ssh-keygen is not installed: the tests of signed commits do NOT run");
const ENV = { PATH: process.env.PATH, GIT_CONFIG_GLOBAL: "/dev/null", GIT_CONFIG_SYSTEM: "/dev/null" };
const [BRANCH, LOCK] = ["refs/heads/st", "refs/jp1im/locks/st/tokyo"];
let folder: string;
let checkout: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "jp1im-signed-"));
  checkout = join(folder, "checkout");
  mkdirSync(checkout);
  git(folder, "init", "--quiet", "--bare", "remote.git");
  git(checkout, "init", "--quiet");
  git(checkout, "remote", "add", "origin", join(folder, "remote.git"));
  const settings = { "user.name": "A Bot", "user.email": "bot@ops.example", "commit.gpgsign": "true" };
  for (const [name, value] of Object.entries(settings)) git(checkout, "config", name, value);
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function git(cwd: string, ...args: string[]): string {
  return execFileSync("git", args, { cwd, env: ENV, encoding: "utf8", stdio: "pipe" }).trim();
}

/** The user signs with a key that is in the file of allowed signers. */
function signWithSsh(): void {
  const key = join(folder, "key");
  execFileSync("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-C", "bot", "-f", key]);
  const signers = join(folder, "signers");
  writeFileSync(signers, `bot@ops.example namespaces="git" ${readFileSync(`${key}.pub`, "utf8")}`);
  const settings = { "gpg.format": "ssh", "user.signingkey": key, "gpg.ssh.allowedSignersFile": signers };
  for (const [name, value] of Object.entries(settings)) git(checkout, "config", name, value);
}

async function begun() {
  const storage = await openGit({
    ...{ branch: "st", folder: checkout, cwd: checkout, cache: join(checkout, ".jp1im"), env: ENV },
    ...{ fileSystem: nodeFileSystem, clock: systemClock, random: systemRandom },
  });
  const state = await openState({ ...run(nodeFileSystem), storage, clock: systemClock });
  return { state, storage };
}

/** Whether git finds a good signature on each commit of a ref, from the newest one on, and whose. */
function signatures(ref: string): string[] {
  git(checkout, "fetch", "--quiet", "origin", ref);
  for (const commit of git(checkout, "rev-list", "FETCH_HEAD").split("\n")) {
    git(checkout, "verify-commit", commit);
  }
  return git(checkout, "log", "--format=%G? %GS", "FETCH_HEAD").split("\n");
}

(isInstalled ? describe : describe.skip)("a user who signs commits", () => {
  test("signs each commit of the state and of its locks, and the one without history", async () => {
    signWithSsh();
    const good = "G bot@ops.example";
    const { state, storage } = await begun();
    expect(new Set(signatures(LOCK))).toEqual(new Set([good]));
    for (const id of ["app", "web"]) {
      state.put(client(id));
      await state.flush();
    }
    await state.close();
    const all = signatures(BRANCH);
    expect(all.length).toBeGreaterThan(1);
    expect(new Set(all)).toEqual(new Set([good]));
    await storage.dropHistory?.(asker);
    expect(signatures(BRANCH)).toEqual([good]);
  });

  test("is told where the key is not there, and nothing is pushed", async () => {
    signWithSsh();
    rmSync(join(folder, "key"));
    expect(await refusalOf(begun())).toMatchObject({
      code: "state-unreachable",
      summary: expect.stringContaining("git commit-tree"),
      remedy: expect.stringContaining("its key if commits are signed"),
    });
    expect(git(checkout, "ls-remote", "origin")).toBe("");
  });
});
