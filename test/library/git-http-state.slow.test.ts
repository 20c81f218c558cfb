import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { apply } from "../../src/library/apply";
import { plan } from "../../src/library/plan";
import { nodeFileSystem } from "../../src/platform/file-system";
import type { Rig } from "../rig/rig";
import { refusalsOf, tokyoRig, tokyoYaml } from "../rig/tokyo";
import { describeWithHttpBackend, GitHttpServer } from "../state/git-http-server";

const CANARY = "c4nary-pass";
const WRONG = "wr0ng-c4nary";
const GIT = { GIT_CONFIG_GLOBAL: "/dev/null", GIT_CONFIG_SYSTEM: "/dev/null", PATH: process.env.PATH };
const FILES = { files: ["jp1im.yaml"] };
let folder: string;
let server: GitHttpServer;

const git = (cwd: string, ...args: string[]) =>
  execFileSync("git", args, { cwd, env: GIT, encoding: "utf8" });
const refs = () => git(join(folder, "state.git"), "for-each-ref", "--format=%(refname)").trim();

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "jp1im-git-http-state-"));
  git(folder, "init", "--quiet", "--bare", "state.git");
  git(join(folder, "state.git"), "config", "http.receivepack", "true");
  server = await GitHttpServer.open(folder, GIT, `ops:${CANARY}`);
});
afterEach(async () => {
  await server.close();
  rmSync(folder, { recursive: true, force: true });
});

/** A machine whose user's settings have a credential helper, and whose desired state names the server. */
function machine(name: string, rig: Rig, password = CANARY) {
  const path = join(folder, name);
  const config = join(path, "gitconfig");
  mkdirSync(path);
  const helper = `!printf 'username=ops\\npassword=${password}\\n' #`;
  git(path, "config", "--file", config, "credential.helper", helper);
  const desired = JSON.parse(tokyoYaml({ clients: [{ id: "web", deliverTo: { exec: ["cat"] } }] }));
  const state = { git: { remote: `http://${server.host}/state.git`, branch: "st" } };
  writeFileSync(join(path, "jp1im.yaml"), JSON.stringify({ ...desired, state }));
  const key = Buffer.alloc(32, 7).toString("base64");
  const env = { ...rig.env, ...GIT, GIT_CONFIG_GLOBAL: config, JP1IM_STATE_KEY: key };
  return { ...rig.platform(), cwd: path, fileSystem: nodeFileSystem, env, host: name };
}

/** The only diagnostic of a run that is refused, in which neither password nor stack is. */
async function refusal(run: Promise<unknown>) {
  const diagnostics = await refusalsOf(run);
  expect(diagnostics).toHaveLength(1);
  for (const secret of [CANARY, WRONG, "    at "]) expect(JSON.stringify(diagnostics)).not.toContain(secret);
  return diagnostics[0];
}

describeWithHttpBackend("a desired state whose state is in git over HTTP", () => {
  test("is applied by one machine, and in sync for another one", async () => {
    const rig = await tokyoRig({});
    const outcome = await apply(FILES, machine("one", rig));
    expect(outcome?.summary).toMatchObject({ applied: 1, failed: 0 });
    const planned = await plan(FILES, machine("other", rig));
    expect(planned.changes).toEqual([]);
    expect(planned.state.location).toBe(`git+http://${server.host}/state.git#st`);
    expect(refs()).toBe("refs/heads/st");
  });

  test("is not applied with a wrong password, without a server, or without the right to push", async () => {
    const rig = await tokyoRig({});
    const [one, wrong] = [machine("one", rig), machine("wrong", rig, WRONG)];
    expect(await refusal(apply(FILES, wrong))).toMatchObject({
      code: "state-unreachable",
      summary: expect.stringContaining("Authentication failed"),
    });
    git(join(folder, "state.git"), "config", "http.receivepack", "false");
    expect(await refusal(apply(FILES, one))).toMatchObject({ code: "state-unwritable" });
    await server.close();
    expect(await refusal(apply(FILES, one))).toMatchObject({ code: "state-unreachable" });
    expect([refs(), rig.takeWrites()]).toEqual(["", []]);
  });

  test("asks nobody for a password: of a desktop's programs none is started", async () => {
    const rig = await tokyoRig({});
    const without = machine("without", rig);
    const config = without.env.GIT_CONFIG_GLOBAL;
    git(folder, "config", "--file", config, "--unset", "credential.helper");
    const asked = join(folder, "asked");
    const dialog = join(folder, "dialog");
    writeFileSync(dialog, `#!/bin/sh\necho "$1" >> '${asked}'\necho ${CANARY}\n`, { mode: 0o755 });
    const desktop = { ...without, env: { ...without.env, DISPLAY: ":0", SSH_ASKPASS: dialog } };
    expect(await refusal(apply(FILES, desktop))).toMatchObject({ code: "state-unreachable" });
    expect(existsSync(asked)).toBe(false);
  });
});
