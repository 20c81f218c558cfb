import { failure } from "../../model/diagnostic";
import type { Clock } from "../../platform/clock";
import { branchHoldsOtherFiles, pushedElsewhere, refused } from "./branch-faults";
import type { Git, GitAnswer } from "./run-git";
import { SharedWork } from "./shared-work";

/** The entries of a state's branch. */
export const LINEAGE = "lineage";
export const MANAGERS = "managers/";

/** Milliseconds for which a read without a lock may use the last answer. */
const FRESH_MS = 2_000;
/** How often refs may move between asking for them and fetching them. */
const MOST_TRIES = 5;

export interface BranchOptions {
  readonly git: Git;
  /** A remote's name, or its URL. */
  readonly remote: string;
  readonly branch: string;
  readonly clock: Clock;
  /** Stops waiting for a server while this process holds no lock. A run finishes what it began under its lock. */
  readonly signal?: AbortSignal | undefined;
  /** Provides the absolute path of a private index file, and removes the file afterwards. */
  readonly withIndex: <T>(work: (path: string) => Promise<T>) => Promise<T>;
}

/** The refs on the server at one moment. */
export interface Seen {
  /** The branch's commit. */
  readonly tip: string | undefined;
  /** The commit of each manager's lock. */
  readonly locks: ReadonlyMap<string, string>;
}

/** A ref that a push moves from a known value. */
export type RefMove =
  | { readonly branch: true; readonly from: string | undefined; readonly to: string }
  | { readonly lock: string; readonly from: string | undefined; readonly to: string | undefined };

type NamedMove = RefMove & { readonly ref: string };

/** One branch of a remote repository, and the lock refs beside it. */
export class Branch {
  readonly #options: BranchOptions;
  #refs: ReadonlyMap<string, string> = new Map();
  readonly #fetches = new SharedWork(() => this.#fetch());
  #fetchedAt = Number.NEGATIVE_INFINITY;
  /** IDs of this process's locks. While there is one, the signal does not stop waiting for the server. */
  readonly held = new Set<string>();
  #signs: Promise<boolean> | undefined;
  /** Messages of commits, by commit. */
  readonly #messages = new Map<string, string>();

  constructor(options: BranchOptions) {
    this.#options = options;
  }

  /** The result of the last fetch. */
  get seen(): Seen {
    const locks = [...this.#refs].flatMap(([ref, commit]) =>
      ref.startsWith(this.#lockPrefix) ? [[nameIn(ref.slice(this.#lockPrefix.length)), commit] as const] : [],
    );
    return { tip: this.#refs.get(this.#branchRef), locks: new Map(locks) };
  }

  /** Reads the refs. A reader without a lock gets the last answer if it is recent. */
  async look(): Promise<Seen> {
    if (this.#options.clock.elapsed() - this.#fetchedAt > FRESH_MS) await this.#fetches.current();
    return this.seen;
  }

  /** Reads the refs from the server after the call. */
  async fetch(): Promise<Seen> {
    await this.#fetches.fresh();
    return this.seen;
  }

  async #fetch(): Promise<void> {
    const { git, remote, clock } = this.#options;
    for (let tries = 0; tries < MOST_TRIES; tries++) {
      const now = clock.elapsed();
      const refs = await this.#remoteRefs();
      const missing = await this.#missing(refs);
      if (missing.length > 0) {
        const options = ["--quiet", "--no-tags", "--no-write-fetch-head"];
        await git.run(["fetch", ...options, remote, ...missing], { signal: this.#signal });
      }
      // If a ref moved in between, the fetched commit is not the listed one.
      if (missing.length > 0 && (await this.#missing(refs)).length > 0) continue;
      this.#refs = refs;
      this.#fetchedAt = now;
      return;
    }
    throw failure({
      code: "state-unreachable",
      summary: `the refs of the state moved ${MOST_TRIES} times while they were fetched`,
      remedy: "run the command again",
    });
  }

  async #remoteRefs(): Promise<Map<string, string>> {
    const { git, remote } = this.#options;
    const refs = [this.#branchRef, `${this.#lockPrefix}*`];
    const { text } = await git.run(["ls-remote", remote, ...refs], { signal: this.#signal });
    const lines = text.split("\n").map((line) => line.split("\t"));
    return new Map(lines.flatMap(([commit, ref]) => (commit && ref ? [[ref, commit]] : [])));
  }

  get #signal(): AbortSignal | undefined {
    return this.held.size > 0 ? undefined : this.#options.signal;
  }

  /**
   * The refs whose commits are not in this repository. Checked each time, because git removes unreferenced commits
   * after weeks.
   */
  async #missing(refs: ReadonlyMap<string, string>): Promise<string[]> {
    const asked = new Set(refs.values());
    for (const commit of this.#messages.keys()) if (!asked.has(commit)) this.#messages.delete(commit);
    if (asked.size === 0) return [];
    const stdin = [...asked].map((commit) => `${commit}\n`).join("");
    const { text } = await this.#options.git.run(["cat-file", "--batch-check"], { stdin });
    const absent = new Set(text.split("\n").flatMap((line) => /^(\w+) missing$/.exec(line)?.[1] ?? []));
    return [...refs].flatMap(([ref, commit]) => (absent.has(commit) ? [ref] : []));
  }

  /** Rejects with a `DiagnosticError` (`state-conflict`) if the branch has other files. */
  async list({ tip }: Seen, prefix = ""): Promise<readonly string[]> {
    if (tip === undefined) return [];
    const { text } = await this.#options.git.run(["ls-tree", "--full-tree", "-r", "-z", "--name-only", tip]);
    const paths = text.split("\0").filter((path) => path !== "");
    const foreign = paths.find((path) => path !== LINEAGE && !path.startsWith(MANAGERS));
    if (foreign !== undefined) throw branchHoldsOtherFiles(this.#options.branch, foreign);
    return paths.filter((path) => path.startsWith(prefix));
  }

  async read(seen: Seen, path: string): Promise<Buffer | undefined> {
    if (!(await this.list(seen)).includes(path)) return undefined;
    return (await this.readAll(seen, [path]))[0];
  }

  /** Reads several files in one call. */
  async readAll({ tip }: Seen, paths: readonly string[]): Promise<Buffer[]> {
    const stdin = paths.map((path) => `${tip}:${path}\n`).join("");
    const { stdout } = await this.#options.git.run(["cat-file", "--batch"], { stdin });
    const contents: Buffer[] = [];
    for (let offset = 0; offset < stdout.length; ) {
      const end = stdout.indexOf(0x0a, offset);
      const [, type, size] = stdout.toString("latin1", offset, end).split(" ");
      if (type !== "blob") throw new Error(`git has no ${paths[contents.length]} at ${tip}`);
      contents.push(stdout.subarray(end + 1, end + 1 + Number(size)));
      offset = end + 1 + Number(size) + 1;
    }
    return contents;
  }

  /** Creates a commit that changes these files, on top of `seen`. */
  async commit(
    { tip }: Seen,
    changes: ReadonlyMap<string, Buffer | undefined>,
    message: string,
  ): Promise<string> {
    const { withIndex } = this.#options;
    const tree = await withIndex((path) => this.#writeTree(tip, changes, { GIT_INDEX_FILE: path }));
    return this.#commitTree(tree, message, tip);
  }

  /** The same content as a commit without history. `undefined` if it already has none, or if the branch is missing. */
  async squashed({ tip }: Seen, message: string): Promise<string | undefined> {
    if (tip === undefined) return undefined;
    await this.list({ tip, locks: new Map() });
    const { git } = this.#options;
    const { text } = await git.run(["rev-list", "--parents", "--max-count=1", tip]);
    return text.includes(" ") ? this.#commitTree(`${tip}^{tree}`, message, undefined) : undefined;
  }

  async #writeTree(
    tip: string | undefined,
    changes: ReadonlyMap<string, Buffer | undefined>,
    env: Readonly<Record<string, string>>,
  ): Promise<string> {
    const { git } = this.#options;
    await git.run(["read-tree", tip ?? "--empty"], { env });
    const lines: string[] = [];
    for (const [path, content] of changes) {
      const entry =
        content === undefined ? `0 ${"0".repeat(tip?.length ?? 40)}` : `100644 ${await this.#store(content)}`;
      lines.push(`${entry}\t${path}\n`);
    }
    await git.run(["update-index", "--index-info"], { env, stdin: lines.join("") });
    return (await git.run(["write-tree"], { env })).text;
  }

  /** An empty commit with a message. */
  async note(message: string, parent?: string): Promise<string> {
    const tree = (await this.#options.git.run(["mktree"])).text;
    return this.#commitTree(tree, message, parent);
  }

  /** Another commit of the same message. */
  async renewed(commit: string): Promise<string> {
    return this.note(await this.message(commit), commit);
  }

  /** The message as written. The user's settings for `git log` do not matter. */
  async message(commit: string): Promise<string> {
    const known = this.#messages.get(commit);
    if (known !== undefined) return known;
    const { stdout } = await this.#options.git.run(["cat-file", "commit", commit]);
    const text = stdout.toString("utf8");
    const message = text.slice(text.indexOf("\n\n") + 2).trim();
    this.#messages.set(commit, message);
    return message;
  }

  /**
   * Moves all the refs from their known values, or none of them. Returns false if another run moved one. After a lost
   * answer the refs themselves decide, because no other run moves a lock to the same commit.
   */
  async push(moves: readonly RefMove[]): Promise<boolean> {
    const named = moves.map((move) => ({ ...move, ref: this.#refOf(move) }));
    const answer = await this.#push(named, ["--quiet"]).catch((error: unknown) => ({ error }));
    await this.fetch();
    const isAt = (side: "from" | "to") => (move: NamedMove) => this.#refs.get(move.ref) === move[side];
    const isPushed = !("error" in answer) && answer.code === 0;
    if (isPushed && named.every(isAt("from")) && (await this.#isElsewhere(named))) throw pushedElsewhere();
    if (isPushed) return true;
    const locks = named.filter((move) => "lock" in move);
    if ((locks.length > 0 ? locks : named).every(isAt("to"))) return true;
    if ("error" in answer) throw answer.error;
    // A ref had moved, and another run moved it back.
    const hadMoved = answer.text.includes("(stale info)");
    // No ref moved, so the server refuses this push from anybody.
    if (!hadMoved && named.every(isAt("from"))) throw refused(answer.reason);
    return false;
  }

  #push(moves: readonly NamedMove[], options: readonly string[]): Promise<GitAnswer> {
    const { git, remote } = this.#options;
    const leases = moves.map(({ ref, from = "" }) => `--force-with-lease=${ref}:${from}`);
    const specs = moves.map(({ ref, to = "" }) => `${to}:${ref}`);
    // A mirror push would delete every other branch. Other settings would also push tags or submodules.
    const settings = {
      [`remote.${remote}.mirror`]: "false",
      "push.followTags": "false",
      "push.recurseSubmodules": "no",
    };
    const own = ["--porcelain", "--atomic", "--no-verify", ...leases];
    return git.run(["push", ...options, ...own, remote, ...specs], { settings, expects: [1] });
  }

  /**
   * After a push without a visible effect: whether it moved the refs on another server. Otherwise a person removed
   * the new lock.
   */
  async #isElsewhere(moves: readonly NamedMove[]): Promise<boolean> {
    const made = moves.filter(({ to }) => to !== undefined);
    if (made.length === 0) return true;
    const { text } = await this.#push(made, ["--dry-run", "--verbose"]);
    return /^=/m.test(text);
  }

  async #store(content: Buffer): Promise<string> {
    const { git } = this.#options;
    return (await git.run(["hash-object", "-w", "--stdin"], { stdin: content.toString("utf8") })).text;
  }

  async #commitTree(tree: string, message: string, parent: string | undefined): Promise<string> {
    const { git } = this.#options;
    this.#signs ??= git
      .run(["config", "--bool", "commit.gpgSign"], { expects: [1] })
      .then(({ text }) => text === "true");
    const options = [...((await this.#signs) ? ["-S"] : []), ...(parent === undefined ? [] : ["-p", parent])];
    const { text: commit } = await git.run(["commit-tree", ...options, "-m", message, tree]);
    this.#messages.set(commit, message.trim());
    return commit;
  }

  get #branchRef(): string {
    return `refs/heads/${this.#options.branch}`;
  }

  get #lockPrefix(): string {
    return `refs/jp1im/locks/${this.#options.branch}/`;
  }

  #refOf(move: RefMove): string {
    return "branch" in move ? this.#branchRef : `${this.#lockPrefix}${refName(move.lock)}`;
  }
}

/** A manager's name for a ref, in which dots are not allowed everywhere. */
function refName(manager: string): string {
  return manager.replaceAll(".", "%2E");
}

function nameIn(ref: string): string {
  return ref.replaceAll("%2E", ".");
}
