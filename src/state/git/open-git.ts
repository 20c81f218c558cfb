import { createHash } from "node:crypto";
import { dirname, join } from "node:path";
import { failure } from "../../model/diagnostic";
import { withoutCredentials } from "../../model/without-credentials";
import type { Clock } from "../../platform/clock";
import { makeFolderDurably, removeIfThere } from "../../platform/durable-file";
import type { FileSystem } from "../../platform/file-system";
import type { Random } from "../../platform/random";
import type { RunProgram } from "../../platform/run-program";
import { keepFromGit } from "../local/keep-from-git";
import { unwritable } from "../local/state-faults";
import { RemoteStorage } from "../remote/remote-storage";
import type { Observer, Storage } from "../storage";
import { Branch } from "./branch";
import { GitBackend } from "./git-backend";
import { withAbsolutePaths } from "./git-paths";
import { makeOwnRepository } from "./own-repository";
import { Git, ownershipFault } from "./run-git";

export interface GitStateOptions {
  /** Checks which runs have ended. */
  readonly observer?: Observer;
  /** A remote's name, or its URL; `origin` by default. */
  readonly remote?: string | undefined;
  readonly branch: string;
  /** Absolute folder of the desired state. Its repository provides remotes, credentials and identity. */
  readonly folder: string;
  /** Absolute working folder of the process. */
  readonly cwd: string;
  /** Absolute folder for this machine's data of the state: the key, and git objects if `folder` is in no repository. */
  readonly cache: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly fileSystem: FileSystem;
  readonly clock: Clock;
  readonly random: Random;
  /** The machine's own unless handed in. */
  readonly runProgram?: RunProgram;
  /** Stops waiting for a server. */
  readonly signal?: AbortSignal | undefined;
}

/** The author of commits if git's settings name none. */
const NOBODY = { NAME: "jp1im", EMAIL: "jp1im@localhost" };

/** The state on a branch of a git repository. Rejects with a `DiagnosticError` (`state-unreachable`, `usage`). */
export async function openGit(options: GitStateOptions): Promise<Storage> {
  const { branch, clock, random, cache, fileSystem } = options;
  const git = await repositoryOf(options);
  const named = options.remote ?? "origin";
  const remotes = await remotesOf(git);
  if (options.remote === undefined && !remotes.has(named)) throw noRemote(options.folder);
  // A plan names the remote by its address, without credentials from the repository's settings.
  const known = [...remotes].find(([, url]) => withoutCredentials(url) === named);
  const remote = known?.[0] ?? named;
  const address = remotes.get(remote) ?? named;
  const withIndex = async <T>(work: (path: string) => Promise<T>): Promise<T> => {
    await makeFolder(fileSystem, cache);
    // A run may put the state's key in it.
    await keepFromGit(fileSystem, cache, random.bytes(8).toString("hex"));
    const path = join(cache, `index.${random.bytes(8).toString("hex")}`);
    try {
      return await work(path);
    } finally {
      // A leftover index does no harm.
      await removeIfThere(fileSystem, path).catch(() => undefined);
    }
  };
  const location = `git+${withoutCredentials(address)}#${branch}`;
  return new RemoteStorage(
    new GitBackend({
      branch: new Branch({ git, remote, branch, clock, withIndex, signal: options.signal }),
      location,
      clock,
      random,
    }),
    options.observer,
  );
}

/** The repository that contains the folder; otherwise a private one for the objects. */
async function repositoryOf(options: GitStateOptions): Promise<Git> {
  const { cache, fileSystem, random, runProgram, cwd } = options;
  const given = withAbsolutePaths(options.env, cwd);
  // If the environment names the repository, its work tree and relative URLs start from the working folder.
  const folder = given.GIT_DIR === undefined ? options.folder : cwd;
  const run = { folder, runProgram };
  const plain = new Git({ ...run, env: given });
  const gitFolder = await plain.run(["rev-parse", "--absolute-git-dir"], { expects: [128] });
  const env = await identified(plain, given);
  if (gitFolder.code === 0) return new Git({ ...run, env });
  // A remote that is a URL needs no repository here.
  const fault = /[:/\\]/.test(options.remote ?? "") ? undefined : ownershipFault(gitFolder.reason);
  if (fault !== undefined) throw fault;
  const name = createHash("sha256").update(`${options.remote}\0${options.branch}`).digest("hex");
  const own = join(cache, "git", name.slice(0, 16));
  await makeFolder(fileSystem, dirname(own));
  await keepFromGit(fileSystem, cache, random.bytes(8).toString("hex"));
  const draft = `${own}.${random.bytes(8).toString("hex")}`;
  await makeOwnRepository(own, draft, { git: plain, fileSystem });
  return new Git({ ...run, env }, own);
}

async function makeFolder(fileSystem: FileSystem, folder: string): Promise<void> {
  await makeFolderDurably(fileSystem, folder).catch((error) => {
    throw unwritable(folder, error);
  });
}

/** The URLs of the repository's remotes, by name. */
async function remotesOf(git: Git): Promise<ReadonlyMap<string, string>> {
  const { text } = await git.run(["config", "--get-regexp", "^remote\\..*\\.url$"], { expects: [1] });
  const entries = text.split("\n").flatMap((line) => {
    const [, name, url] = /^remote\.(.*)\.url (.*)$/.exec(line) ?? [];
    return name !== undefined && url !== undefined ? [[name, url] as const] : [];
  });
  return new Map(entries);
}

async function identified(git: Git, env: GitStateOptions["env"]): Promise<GitStateOptions["env"]> {
  const known = await git.run(["var", "GIT_COMMITTER_IDENT"], { expects: [128] });
  if (known.code === 0) return env;
  const { NAME, EMAIL } = NOBODY;
  const ours = { GIT_AUTHOR_NAME: NAME, GIT_AUTHOR_EMAIL: EMAIL };
  return { ...ours, GIT_COMMITTER_NAME: NAME, GIT_COMMITTER_EMAIL: EMAIL, ...env };
}

function noRemote(folder: string) {
  return failure({
    code: "usage",
    summary: `the state is to be kept in git, and ${folder} lies in no repository with a remote "origin"`,
    remedy: "name the remote: state: { git: { remote: URL, branch: jp1im-state } }",
  });
}
