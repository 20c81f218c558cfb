import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { systemClock } from "../../src/platform/clock";
import { nodeFileSystem } from "../../src/platform/file-system";
import { systemRandom } from "../../src/platform/random";
import { type RunProgram, runProgram } from "../../src/platform/run-program";
import { openGit } from "../../src/state/git/open-git";
import { openState } from "../../src/state/open-state";
import { readState } from "../../src/state/read-state";
import type { Storage } from "../../src/state/storage";
import { keepsAState } from "./storage-contract";
import { survivesEveryWait } from "./waits-contract";
import { asker, client, run } from "./world";

const ENV = { ...process.env, GIT_CONFIG_GLOBAL: "/dev/null", GIT_CONFIG_SYSTEM: "/dev/null" };
/** Each run plays a sixth of the waits, from the `JP1IM_TURN`-th on, which differs from commit to commit. */
const TURN = process.env.JP1IM_TURN ?? "0";
const TURNS = 6;
let folder: string;
let machines = 0;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "jp1im-git-"));
  execFileSync("git", ["init", "--quiet", "--bare", "remote.git"], { cwd: folder, env: ENV });
  git("config", "receive.autogc", "false");
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** The state as another machine sees it, which has no repository of its own. */
function machine(run?: RunProgram, branch = "jp1im-state", signal?: AbortSignal, name = ++machines) {
  const cache = join(folder, `machine-${name}`);
  return openGit({
    ...{ remote: join(folder, "remote.git"), branch, folder, cwd: folder, cache, env: ENV },
    ...{ fileSystem: nodeFileSystem, clock: systemClock, random: systemRandom },
    ...{ ...(run && { runProgram: run }), signal },
  });
}

interface CheckoutOptions {
  readonly format?: string;
  readonly env?: NodeJS.ProcessEnv;
  /** The folder of the desired state in the checkout. */
  readonly below?: string;
}

const git = (...args: string[]) =>
  execFileSync("git", args, { cwd: join(folder, "remote.git"), env: ENV, encoding: "utf8" }).trim();
const edge = (generation: number) =>
  ({ ...client("edge"), address: "osaka/client/edge", manager: "osaka", generation }) as const;
const opened = async (manager: string, run_?: RunProgram) => {
  const storage = await machine(run_);
  const options = { ...run(nodeFileSystem), storage, clock: systemClock, managers: [manager] };
  return { storage, state: await openState(options) };
};

const commands = (argv: readonly string[]) => argv.filter((word) => /^[a-z][a-z-]+$/.test(word));

describe("a state on a branch of a git repository", () => {
  let branches = 0;
  const prepare = () => {
    const branch = `state-${++branches}`;
    return () => machine(undefined, branch);
  };
  keepsAState(prepare);
  survivesEveryWait(prepare, (number) => TURN === "all" || number % TURNS === Number(TURN) % TURNS);

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

  test("what another run pushes while a commit is made is in the next one, and is not reverted", async () => {
    const osaka = await opened("osaka");
    let storage: Storage | undefined;
    let isMaking = false;
    const racing: RunProgram = async (request) => {
      // Between the tree and the commit, another run pushes, and this one looks at the server for another reason.
      if (isMaking && commands(request.argv).includes("write-tree")) {
        isMaking = false;
        osaka.state.put(edge(2));
        await osaka.state.flush();
        await storage?.holder("tokyo");
      }
      return runProgram(request);
    };
    const tokyo = await opened("tokyo", racing);
    storage = tokyo.storage;
    tokyo.state.put(client("app"));
    await tokyo.state.flush();
    osaka.state.put(edge(1));
    await osaka.state.flush();
    isMaking = true;
    tokyo.state.put(client("web"));
    await tokyo.state.flush();
    expect(isMaking).toBe(false);
    osaka.state.put(edge(3));
    await Promise.all([tokyo.state.close(), osaka.state.close()]);
    const view = await readState({ storage: await machine(), report: () => undefined });
    expect([view.record("osaka/client/edge"), view.serial("osaka"), view.serial("tokyo")]).toEqual([
      edge(3),
      3,
      2,
    ]);
  });

  test("a push whose answer was lost, and on which others have built, is not made again", async () => {
    const osaka = await opened("osaka");
    let loses = false;
    const losing: RunProgram = async (request) => {
      const result = await runProgram(request);
      if (!loses || !commands(request.argv).includes("push")) return result;
      loses = false;
      osaka.state.put(edge(1));
      await osaka.state.flush();
      const output = { stdout: Buffer.alloc(0), stderr: "error: RPC failed; HTTP 502" };
      return { end: "exited", code: 1, output };
    };
    const tokyo = await opened("tokyo", losing);
    tokyo.state.put(client("app"));
    await tokyo.state.flush();
    loses = true;
    tokyo.state.put(client("web"));
    await tokyo.state.flush();
    await Promise.all([tokyo.state.close(), osaka.state.close()]);
    const view = await readState({ storage: await machine(), report: () => undefined });
    expect([view.serial("tokyo"), view.serial("osaka")]).toEqual([2, 1]);
  });

  test("what a slow server said before a push is not what is there after it", async () => {
    const slow: RunProgram = async (request) => {
      const result = await runProgram(request);
      if (commands(request.argv).includes("ls-remote")) await systemClock.sleep(150);
      return result;
    };
    const storage = await machine(slow);
    const managers = ["osaka", "tokyo"];
    let isOver = false;
    const look = async () => {
      while (!isOver) await storage.holder("tokyo");
    };
    const options = { ...run(nodeFileSystem), storage, clock: systemClock };
    const runs = managers.map(async (manager) => {
      const state = await openState({ ...options, managers: [manager] });
      state.put({ ...client("app"), address: `${manager}/client/app`, manager });
      await state.flush();
      await state.close();
    });
    const over = Promise.all(runs).finally(() => {
      isOver = true;
    });
    await Promise.all([over, look()]);
    const view = await readState({ storage: await machine(), report: () => undefined });
    expect([...view.records()].map(({ manager }) => manager).sort()).toEqual(managers);
  });

  test("a lock that cannot be read is a lock, and only a person removes it", async () => {
    const first = await opened("tokyo");
    first.state.put(client("app"));
    await first.state.close();
    const tree = git("hash-object", "-t", "tree", "-w", "/dev/null");
    const commit = git(
      "-c",
      "user.name=x",
      "-c",
      "user.email=x@x",
      "commit-tree",
      "-m",
      "of a later version",
      tree,
    );
    git("update-ref", "refs/jp1im/locks/jp1im-state/tokyo", commit);
    await expect(opened("tokyo")).rejects.toMatchObject({
      diagnostics: [{ code: "state-locked", remedy: expect.stringContaining("state unlock unreadable") }],
    });
    await (await machine()).unlock("tokyo", "unreadable", asker);
    await (await opened("tokyo")).state.close();
    expect(git("show-ref")).not.toContain("refs/jp1im/locks");
  });

  /** The state as a checkout sees it, whose remote `origin` has settings of its own. */
  function checkout(
    settings: Readonly<Record<string, string>>,
    { format = "sha1", env = ENV, below = "." }: CheckoutOptions = {},
  ) {
    const path = join(folder, `checkout-${++machines}`);
    const own = (...args: string[]) => execFileSync("git", args, { cwd: path, env: ENV });
    mkdirSync(path);
    own("init", "--quiet", `--object-format=${format}`);
    for (const [name, value] of Object.entries(settings)) own("config", `remote.origin.${name}`, value);
    mkdirSync(join(path, below), { recursive: true });
    return openGit({
      ...{
        branch: "jp1im-state",
        folder: join(path, below),
        cache: join(path, below, ".jp1im"),
        env,
        cwd: path,
      },
      ...{ fileSystem: nodeFileSystem, clock: systemClock, random: systemRandom },
    });
  }
  const written = async (storage: Storage) => {
    const state = await openState({ ...run(nodeFileSystem), storage, clock: systemClock });
    state.put(client("app"));
    await state.flush();
    await storage.kept("tokyo").write("0a1b", "sealed");
    await storage.kept("tokyo").remove("0a1b");
    await state.close();
    return (await readState({ storage, report: () => undefined })).serial("tokyo");
  };

  test("a remote whose pushes go to another repository is refused, and nothing counts as written", async () => {
    git("init", "--quiet", "--bare", join(folder, "elsewhere.git"));
    const url = join(folder, "remote.git");
    const storage = await checkout({ url, pushurl: join(folder, "elsewhere.git") });
    await expect(written(storage)).rejects.toMatchObject({
      diagnostics: [{ code: "state-unwritable", summary: expect.stringContaining("another repository") }],
    });
    expect(await written(await checkout({ url, pushurl: url }))).toBe(1);
  });

  test("a remote that is mirrored as a rule keeps the state, and loses no other branch", async () => {
    const url = join(folder, "remote.git");
    const tree = git("hash-object", "-t", "tree", "-w", "/dev/null");
    const commit = git("-c", "user.name=x", "-c", "user.email=x@x", "commit-tree", "-m", "code", tree);
    git("update-ref", "refs/heads/code", commit);
    expect(await written(await checkout({ url, mirror: "true" }))).toBe(1);
    expect(git("show-ref")).toContain("refs/heads/code");
  });

  test("a desired state in a folder of its own in the checkout has the state that it has at the top", async () => {
    const url = join(folder, "remote.git");
    expect(await written(await checkout({ url }))).toBe(1);
    expect(await written(await checkout({ url }, { below: "envs/prod" }))).toBe(2);
    expect(await written(await checkout({ url }))).toBe(3);
  });

  test("a repository that the environment names is found from the folder that the process works in", async () => {
    const env = { ...ENV, GIT_DIR: ".git", GIT_INDEX_FILE: ".git/index" };
    const url = "../remote.git";
    expect(await written(await checkout({ url }, { env, below: "envs/prod" }))).toBe(1);
    expect(await written(await checkout({ url }))).toBe(2);
  });

  test("a user who pushes tags along as a rule keeps those of the checkout", async () => {
    const own = {
      ...ENV,
      GIT_CONFIG_COUNT: "1",
      GIT_CONFIG_KEY_0: "push.followTags",
      GIT_CONFIG_VALUE_0: "true",
    };
    const url = join(folder, "remote.git");
    const state = await openState({
      ...run(nodeFileSystem, { clock: systemClock }),
      storage: await checkout({ url }, { env: own }),
    });
    const local = (...args: string[]) =>
      execFileSync("git", args, { cwd: join(folder, `checkout-${machines}`), env: ENV });
    state.put(client("app"));
    await state.flush();
    local("fetch", "--quiet", "origin", "jp1im-state");
    local("-c", "user.name=x", "-c", "user.email=x@x", "tag", "-a", "unreleased", "-m", "x", "FETCH_HEAD");
    state.put(client("web"));
    await state.close();
    expect(git("tag")).toBe("");
  });

  test("settings that the user gives git in the environment stay, and ours come after them", async () => {
    const own = {
      ...ENV,
      GIT_CONFIG_COUNT: "2",
      GIT_CONFIG_KEY_0: `url.${folder}/.insteadOf`,
      GIT_CONFIG_VALUE_0: "state:",
      GIT_CONFIG_KEY_1: "log.showSignature",
      GIT_CONFIG_VALUE_1: "true",
    };
    expect(await written(await checkout({ url: "state:remote.git" }, { env: own }))).toBe(1);
  });

  test("a repository of another user is named, with the command that allows it", async () => {
    const foreign = { ...ENV, GIT_TEST_ASSUME_DIFFERENT_OWNER: "1" };
    const url = join(folder, "remote.git");
    const refused = (place: string) => ({
      diagnostics: [
        {
          code: "state-unreachable",
          summary: expect.stringContaining("belongs to another user"),
          remedy: expect.stringContaining(`\`git config --global --add safe.directory ${place}\``),
        },
      ],
    });
    const opening = checkout({ url }, { env: foreign });
    await expect(opening).rejects.toMatchObject(refused(join(folder, `checkout-${machines}`)));
    const allowed = {
      ...foreign,
      GIT_CONFIG_COUNT: "1",
      GIT_CONFIG_KEY_0: "safe.directory",
      GIT_CONFIG_VALUE_0: "*",
    };
    // What a command line allows holds for the checkout alone, and not for the remote on this machine.
    const storage = await checkout({ url }, { env: allowed });
    await expect(storage.managers()).rejects.toMatchObject(refused(url));
  });

  test("a server that takes no atomic or no forced push has a remedy of its own", async () => {
    const storage = await machine();
    await written(storage);
    await written(storage);
    git("config", "receive.denyNonFastForwards", "true");
    const refused = (remedy: string) => ({
      diagnostics: [{ code: "state-unwritable", remedy: expect.stringContaining(remedy) }],
    });
    await expect(storage.dropHistory?.(asker)).rejects.toMatchObject(refused("force-push"));
    git("config", "receive.advertiseAtomic", "false");
    await expect(written(storage)).rejects.toMatchObject(refused("advertiseAtomic"));
  });

  test("a repository of SHA-256 keeps the state, and one machine without it says so", async () => {
    const url = join(folder, "sha256.git");
    git("init", "--quiet", "--bare", "--object-format=sha256", url);
    expect(await written(await checkout({ url }, { format: "sha256" }))).toBe(1);
    await expect((await checkout({ url })).managers()).rejects.toMatchObject({
      diagnostics: [{ code: "state-unreachable", summary: expect.stringMatching(/sha256/i) }],
    });
  });

  test("a server that does not answer is waited for until the run is cancelled", async () => {
    const end = new AbortController();
    const hanging: RunProgram = (request) => {
      if (!commands(request.argv).includes("ls-remote")) return runProgram(request);
      setImmediate(() => end.abort());
      return runProgram({ ...request, argv: ["sleep", "600"] });
    };
    const storage = await machine(hanging, undefined, end.signal);
    await expect(storage.managers()).rejects.toMatchObject({ diagnostics: [{ code: "cancelled" }] });
  });

  test("runs that begin on one machine at the same time share one repository, whole", async () => {
    const run = (program?: RunProgram) => machine(program, "st", undefined, 0);
    let second: Storage | undefined;
    // The first run is in the middle of `git init`, which locks the settings, when the second one begins.
    const racing: RunProgram = async (request) => {
      if (second === undefined && commands(request.argv).includes("init")) {
        const place = String(request.argv.at(-1));
        mkdirSync(place, { recursive: true });
        writeFileSync(join(place, "config.lock"), "");
        second = await run();
        rmSync(join(place, "config.lock"));
      }
      return runProgram(request);
    };
    expect(await (await run(racing)).managers()).toEqual([]);
    expect(await second?.managers()).toEqual([]);
    const own = join(folder, "machine-0/git");
    expect(readdirSync(own)).toEqual([expect.stringMatching(/^[0-9a-f]{16}$/)]);
    // As a killed run of an earlier version left it.
    rmSync(join(own, String(readdirSync(own)), "HEAD"));
    expect(await (await run()).managers()).toEqual([]);
  });

  test("names of managers may have what a ref may not", async () => {
    for (const manager of ["tokyo.lock", "a..b", "edo.", "lineage"]) {
      const { state } = await opened(manager);
      state.put({ ...client("app"), address: `${manager}/client/app`, manager });
      await state.close();
    }
    expect(await (await machine()).managers()).toEqual(["a..b", "edo.", "lineage", "tokyo.lock"]);
  });
});
