import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { systemClock } from "../../src/platform/clock";
import { nodeFileSystem } from "../../src/platform/file-system";
import { systemRandom } from "../../src/platform/random";
import { openGit } from "../../src/state/git/open-git";
import { openState } from "../../src/state/open-state";
import { readState } from "../../src/state/read-state";
import { keepsAState } from "./storage-contract";
import { client, run } from "./world";

const ENV = { ...process.env, GIT_CONFIG_GLOBAL: "/dev/null", GIT_CONFIG_SYSTEM: "/dev/null" };
let folder: string;
let machines = 0;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "jp1im-git-"));
  execFileSync("git", ["init", "--quiet", "--bare", "remote.git"], { cwd: folder, env: ENV });
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** The state as another machine sees it, which has no repository of its own. */
function machine() {
  const cache = join(folder, `machine-${++machines}`);
  return openGit({
    ...{ remote: join(folder, "remote.git"), branch: "jp1im-state", folder, cache, env: ENV },
    ...{ fileSystem: nodeFileSystem, clock: systemClock, random: systemRandom },
  });
}

describe("a state on a branch of a git repository", () => {
  keepsAState(() => machine);

  test("a remote that refuses a push, or carries it out and does not say so, is no half-written state", async () => {
    const state = await openState({ ...run(nodeFileSystem), storage: await machine(), clock: systemClock });
    state.put(client("app"));
    await state.flush();
    // After the refs have moved, the connection ends without an answer.
    const hook = (script: string) =>
      writeFileSync(join(folder, "remote.git/hooks/post-receive"), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
    hook("kill -9 $PPID");
    state.put(client("carried-out"));
    await state.flush();
    hook("exit 0");
    const update = join(folder, "remote.git/hooks/update");
    writeFileSync(update, "#!/bin/sh\necho the branch is protected >&2\nexit 1\n", { mode: 0o755 });
    state.put(client("refused"));
    await expect(state.flush()).rejects.toMatchObject({
      diagnostics: [
        { code: "state-unwritable", summary: expect.stringContaining("the branch is protected") },
      ],
    });
    rmSync(update);
    await state.close().catch(() => undefined);
    const view = await readState({ storage: await machine(), report: () => undefined });
    expect([...view.records()].map(({ address }) => address).sort()).toEqual([
      "tokyo/client/app",
      "tokyo/client/carried-out",
    ]);
  });
});
