/**
 * A state on a branch of a git repository. Each flush is a commit; a lock is a ref that is made only where there is none; and a
 * push moves the branch and the locks of what it writes in one atomic step, each from the value that it was seen at.
 */
import type { LockHolder } from "../../model/state-listing";
import { holderFromJson, holderToJson } from "../lock/holder-json";
import type { PartitionChange, RemoteBackend } from "../remote/backend";
import type { Branch } from "./branch";
import { CommitQueue } from "./commit-queue";

const LINEAGE = "lineage";

export interface GitPlace {
  readonly branch: Branch;
  /** The repository and the branch, as a person reads them. */
  readonly location: string;
}

export class GitBackend implements RemoteBackend {
  readonly location: string;
  readonly #branch: Branch;
  readonly #commits: CommitQueue;

  constructor({ branch, location }: GitPlace) {
    this.location = location;
    this.#branch = branch;
    this.#commits = new CommitQueue(branch);
  }

  describe(manager: string, file?: string): string {
    return `${this.location}:${manager}${file === undefined ? "" : `/${file}`}`;
  }

  async lineage(): Promise<string | undefined> {
    await this.#branch.look();
    return (await this.#branch.read(LINEAGE))?.toString("utf8").trim();
  }

  async managers(): Promise<readonly string[]> {
    await this.#branch.look();
    const folders = (await this.#branch.list()).filter((path) => path.includes("/"));
    const locked = this.#branch.lockedNames();
    return [...new Set([...folders.map((path) => path.slice(0, path.indexOf("/"))), ...locked])].sort();
  }

  async read(manager: string, isHeld = false): Promise<Buffer | undefined> {
    await (isHeld ? this.#branch.fetch() : this.#branch.look());
    const segments = (await this.#branch.list(`${manager}/`)).filter(isSegment);
    return segments.length === 0 ? undefined : Buffer.concat(await this.#branch.readAll(segments));
  }

  async holder(manager: string): Promise<LockHolder | undefined> {
    await this.#branch.fetch();
    const commit = this.#branch.lockOf(manager);
    return commit === undefined ? undefined : holderFromJson(await this.#branch.message(commit));
  }

  async swapLock(
    manager: string,
    expected: string | undefined,
    next: LockHolder | undefined,
  ): Promise<boolean> {
    return this.#commits.alone(async () => {
      const holder = await this.holder(manager);
      if (holder?.id !== expected) return false;
      const from = this.#branch.lockOf(manager);
      const to = next && (await this.#branch.note(holderToJson(next)));
      return this.#branch.push([{ lock: manager, from, to }]);
    });
  }

  write(manager: string, lockId: string, change: PartitionChange): Promise<void> {
    return this.#commits.write({ manager, lockId, apply: (files) => applyTo(files, manager, change) });
  }

  async keptNames(manager: string): Promise<readonly string[]> {
    await this.#branch.look();
    const paths = await this.#branch.list(`${manager}/recovery/`);
    return paths.map((path) => path.slice(path.lastIndexOf("/") + 1).replace(/\.json$/, ""));
  }

  async readKept(manager: string, name: string): Promise<string | undefined> {
    await this.#branch.look();
    return (await this.#branch.read(keptPath(manager, name)))?.toString("utf8");
  }
}

/** What one change does to the files of the branch: `undefined` removes a file. */
function applyTo(
  files: readonly string[],
  manager: string,
  change: PartitionChange,
): ReadonlyMap<string, Buffer | undefined> {
  const segments = files.filter((path) => path.startsWith(`${manager}/`) && isSegment(path));
  switch (change.do) {
    case "append":
      return new Map([[segmentPath(manager, numberOf(segments.at(-1)) + 1), change.log]]);
    case "replace":
      return new Map([
        ...segments.map((path) => [path, undefined] as const),
        [segmentPath(manager, numberOf(segments.at(-1)) + 1), change.log] as const,
      ]);
    case "settle":
      return files.includes(LINEAGE) ? new Map() : new Map([[LINEAGE, Buffer.from(`${change.lineage}\n`)]]);
    case "keep":
      return new Map([[keptPath(manager, change.name), Buffer.from(change.text)]]);
    case "remove":
      return new Map([[keptPath(manager, change.name), undefined]]);
  }
}

function keptPath(manager: string, name: string): string {
  return `${manager}/recovery/${name}.json`;
}

const SEGMENT = /^[^/]+\/state\.(\d{8})\.log$/;

function isSegment(path: string): boolean {
  return SEGMENT.test(path);
}

/** In the order of their names, the parts are the log. */
function segmentPath(manager: string, number: number): string {
  return `${manager}/state.${String(number).padStart(8, "0")}.log`;
}

function numberOf(path: string | undefined): number {
  return Number(path === undefined ? 0 : SEGMENT.exec(path)?.[1]);
}
