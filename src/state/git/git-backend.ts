/**
 * A state on a branch of a git repository. Each flush is a commit. A lock is a ref, which a run creates only if it
 * does not exist. A push moves the branch and the locks of the written parts in one atomic step, each from its known
 * value.
 */
import type { LockHolder } from "../../model/state-listing";
import { holderFromJson, holderToJson, unreadableHolder } from "../lock/holder-json";
import type { PartitionChange, RemoteBackend } from "../remote/backend";
import { identityFromFile, identityToText, isSameIdentity, type StateIdentity } from "../state-identity";
import { type Branch, LINEAGE, MANAGERS, type Seen } from "./branch";
import { CommitQueue, type Timing } from "./commit-queue";

export interface GitPlace extends Timing {
  readonly branch: Branch;
  /** The repository and the branch, for messages. */
  readonly location: string;
}

export class GitBackend implements RemoteBackend {
  readonly location: string;
  readonly #branch: Branch;
  readonly #commits: CommitQueue;

  constructor({ branch, location, ...timing }: GitPlace) {
    this.location = location;
    this.#branch = branch;
    this.#commits = new CommitQueue(branch, timing);
  }

  describe(manager: string, file?: string): string {
    return `${this.location}:${MANAGERS}${manager}${file === undefined ? "" : `/${file}`}`;
  }

  async identity(isFresh = false): Promise<StateIdentity | undefined> {
    const seen = await (isFresh ? this.#branch.fetch() : this.#branch.look());
    return identityFromFile(await this.#branch.read(seen, LINEAGE));
  }

  async managers(): Promise<readonly string[]> {
    const seen = await this.#branch.look();
    const files = await this.#branch.list(seen, MANAGERS);
    const names = files.map((path) => path.slice(MANAGERS.length).split("/")[0] ?? "");
    return [...new Set([...names, ...seen.locks.keys()])].sort();
  }

  async read(manager: string, isHeld = false): Promise<Buffer | undefined> {
    const seen = await (isHeld ? this.#branch.fetch() : this.#branch.look());
    const segments = (await this.#branch.list(seen, folderOf(manager))).filter(isSegment);
    return segments.length === 0 ? undefined : Buffer.concat(await this.#branch.readAll(seen, segments));
  }

  async holder(manager: string): Promise<LockHolder | undefined> {
    return this.#holderIn(await this.#branch.fetch(), manager);
  }

  async swapLock(
    manager: string,
    expected: string | undefined,
    next: LockHolder | undefined,
    begin: () => void = () => {},
  ): Promise<boolean> {
    const [id, { held }] = [next?.id ?? expected ?? "", this.#branch];
    // After a renewal without an answer the lock is still ours.
    let isHeld = expected === next?.id;
    try {
      const isSwapped = await this.#swapLock(manager, expected, next, begin);
      isHeld = isSwapped && next !== undefined;
      return isSwapped;
    } finally {
      if (!isHeld) held.delete(id);
    }
  }

  #swapLock(
    manager: string,
    expected: string | undefined,
    next: LockHolder | undefined,
    begin: () => void,
  ): Promise<boolean> {
    return this.#commits.alone(async () => {
      const seen = await this.#branch.fetch();
      const holder = await this.#holderIn(seen, manager);
      if (holder?.id !== expected) return false;
      if (holder === undefined && next === undefined) return true;
      if (next !== undefined) this.#branch.held.add(next.id);
      const to = next && (await this.#branch.note(holderToJson(next)));
      begin();
      return this.#branch.push([{ lock: manager, from: seen.locks.get(manager), to }]);
    });
  }

  write(manager: string, lockId: string, change: PartitionChange): Promise<void> {
    return this.#commits.write({
      ...{ manager, lockId },
      apply: (files, read) =>
        change.do === "settle" ? identityAfter(change, read) : applyTo(files, manager, change),
    });
  }

  dropHistory(begin: () => void): Promise<void> {
    return this.#commits.squash("State, without its history", begin);
  }

  async keptNames(manager: string): Promise<readonly string[]> {
    const paths = await this.#branch.list(await this.#branch.look(), `${folderOf(manager)}recovery/`);
    return paths.map((path) => path.slice(path.lastIndexOf("/") + 1).replace(/\.json$/, ""));
  }

  async readKept(manager: string, name: string): Promise<string | undefined> {
    const seen = await this.#branch.look();
    return (await this.#branch.read(seen, keptPath(manager, name)))?.toString("utf8");
  }

  async #holderIn({ locks }: Seen, manager: string): Promise<LockHolder | undefined> {
    const commit = locks.get(manager);
    if (commit === undefined) return undefined;
    return holderFromJson(await this.#branch.message(commit)) ?? unreadableHolder();
  }
}

/** What one change does to the files of the branch: `undefined` removes a file. */
function applyTo(
  files: readonly string[],
  manager: string,
  change: Exclude<PartitionChange, SettleChange>,
): ReadonlyMap<string, Buffer | undefined> {
  const segments = files.filter((path) => path.startsWith(folderOf(manager)) && isSegment(path));
  switch (change.do) {
    case "append":
      return new Map([[segmentPath(manager, numberOf(segments.at(-1)) + 1), change.log]]);
    case "replace":
      return new Map([
        ...segments.map((path) => [path, undefined] as const),
        [segmentPath(manager, numberOf(segments.at(-1)) + 1), change.log] as const,
      ]);
    case "keep":
      return new Map([[keptPath(manager, change.name), Buffer.from(change.text)]]);
    case "remove":
      return new Map([[keptPath(manager, change.name), undefined]]);
  }
}

type SettleChange = Extract<PartitionChange, { readonly do: "settle" }>;

async function identityAfter(
  { seen, next }: SettleChange,
  read: (path: string) => Promise<Buffer | undefined>,
): Promise<ReadonlyMap<string, Buffer>> {
  const isAsSeen = isSameIdentity(identityFromFile(await read(LINEAGE)), seen);
  if (!isAsSeen || isSameIdentity(seen, next)) return new Map();
  return new Map([[LINEAGE, Buffer.from(`${identityToText(next)}\n`)]]);
}

function folderOf(manager: string): string {
  return `${MANAGERS}${manager}/`;
}

function keptPath(manager: string, name: string): string {
  return `${folderOf(manager)}recovery/${name}.json`;
}

const SEGMENT = /^managers\/[^/]+\/state\.(\d{8})\.log$/;

function isSegment(path: string): boolean {
  return SEGMENT.test(path);
}

/** The log is the concatenation of the segments in the order of their names. */
function segmentPath(manager: string, number: number): string {
  return `${folderOf(manager)}state.${String(number).padStart(8, "0")}.log`;
}

function numberOf(path: string | undefined): number {
  return Number(path === undefined ? 0 : SEGMENT.exec(path)?.[1]);
}
