/** A state in a folder: `managers/<name>/` for each manager, and shared files beside them. */
import { join } from "node:path";
import { DiagnosticError, failure } from "../../model/diagnostic";
import type { LockHolder } from "../../model/state-listing";
import {
  createWhole,
  makeFolderDurably,
  removeEmptyFolders,
  removeIfThere,
  writeNewFile,
} from "../../platform/durable-file";
import { errorCode } from "../../platform/error-code";
import { fileFault } from "../../platform/file-fault";
import { type FileStatus, type FileSystem, LARGEST_SMALL_FILE } from "../../platform/file-system";
import { isGone } from "../lock/holder";
import type { OpenLog } from "../log/open-log";
import { OpenLogs } from "../open-logs";
import { identityFromFile, identityToText, isSameIdentity, type StateIdentity } from "../state-identity";
import type { HeldPartition, KeptFiles, LockRequest, Observer, PartitionLog, Storage } from "../storage";
import { FileLog } from "./file-log";
import { formerLog, managersIn, partOf, upgrade } from "./former-layout";
import type { HeldLock } from "./held-lock";
import { keepFromGit } from "./keep-from-git";
import { keptFolder } from "./kept-folder";
import { acquireLock } from "./lock";
import { readLock } from "./lock-file";
import { LogFile } from "./log-file";
import { LINEAGE_FILE, LOG_DRAFTS, LOG_FILE, MANAGERS_FOLDER, partitionFolder } from "./names";
import { requireStateFolder } from "./require-state-folder";
import { unreadable } from "./state-faults";
import { unlock } from "./unlock";

export interface LocalPlace {
  /** Absolute path of the state's folder, which may be missing. */
  readonly folder: string;
  readonly fileSystem: FileSystem;
  /** Absent if no caller checks which runs have ended. */
  readonly observer?: Observer;
}

export class LocalStorage implements Storage {
  readonly mayTear = true;
  readonly flushPauseMs = 0;
  readonly #folder: string;
  readonly #fileSystem: FileSystem;
  readonly #observer: Observer | undefined;

  constructor({ folder, fileSystem, observer }: LocalPlace) {
    this.#observer = observer;
    this.#folder = folder;
    this.#fileSystem = fileSystem;
  }

  get location(): string {
    return this.#folder;
  }

  async identity(): Promise<StateIdentity | undefined> {
    const former = await formerLog(this.#place);
    if (former !== undefined) return { lineage: former.header.lineage };
    return identityFromFile(await this.#readIfThere(join(this.#folder, LINEAGE_FILE), LARGEST_SMALL_FILE));
  }

  async managers(): Promise<readonly string[]> {
    await requireStateFolder(this.#folder, this.#fileSystem);
    const former = await formerLog(this.#place);
    if (former !== undefined) return managersIn(former);
    try {
      const folder = join(this.#folder, MANAGERS_FOLDER);
      const names = (await this.#fileSystem.list(folder)).filter((name) => !name.startsWith("."));
      // Desktops create files such as Thumbs.db.
      const types = await Promise.all(names.map((name) => this.#typeOf(join(folder, name))));
      return names.filter((_, index) => ["folder", "symlink", undefined].includes(types[index]));
    } catch (error) {
      if (isAbsent(error)) return [];
      throw unreadable(join(this.#folder, MANAGERS_FOLDER), error);
    }
  }

  describe(manager: string, file = ""): string {
    return join(partitionFolder(this.#folder, manager), file);
  }

  async read(manager: string): Promise<Buffer | undefined> {
    await requireStateFolder(this.#folder, this.#fileSystem, manager);
    const former = await formerLog(this.#place);
    if (former !== undefined) return Buffer.concat([...partOf(former, manager)]);
    return this.#readIfThere(join(this.describe(manager), LOG_FILE));
  }

  async open(manager: string): Promise<Buffer | OpenLog | undefined> {
    await requireStateFolder(this.#folder, this.#fileSystem, manager);
    if ((await formerLog(this.#place)) !== undefined) return this.read(manager);
    const file = this.describe(manager, LOG_FILE);
    const open = await ifThere(file, this.#fileSystem.openToRead(file));
    return open ? new FileLog(open, { file, manager }) : this.read(manager);
  }

  holder(manager: string): Promise<LockHolder | undefined> {
    return readLock(this.#lockFolder(manager));
  }

  isGone(holder: LockHolder): boolean {
    return this.#observer !== undefined && isGone(holder, this.#observer);
  }

  /** Creates the partition's folder if it is missing, and removes it at the end if it is still empty. */
  async hold(manager: string, run: LockRequest): Promise<HeldPartition> {
    const fileSystem = this.#fileSystem;
    await requireStateFolder(this.#folder, fileSystem, manager);
    await upgrade(this.#place, run);
    const folder = this.describe(manager);
    const madeFolders = await makeFolderDurably(fileSystem, folder).catch((error) => {
      throw unusable(this.#folder, error);
    });
    const lock = await acquireLock({ ...run, ...this.#lockFolder(manager), madeFolders }).catch(
      async (error) => {
        await removeEmptyFolders(fileSystem, madeFolders);
        throw error;
      },
    );
    await removeDrafts(fileSystem, folder);
    return new HeldFolder(this, this.#place, manager, lock);
  }

  async unlock(manager: string, id: string): Promise<LockHolder | undefined> {
    await requireStateFolder(this.#folder, this.#fileSystem, manager);
    return unlock({ ...this.#lockFolder(manager), id });
  }

  kept(manager: string): KeptFiles {
    return keptFolder(this.describe(manager), this.#fileSystem);
  }

  get #place(): LocalPlace {
    return { folder: this.#folder, fileSystem: this.#fileSystem };
  }

  #lockFolder(manager: string) {
    return { folder: this.describe(manager), fileSystem: this.#fileSystem };
  }

  async #typeOf(path: string): Promise<FileStatus["type"] | undefined> {
    return (await this.#fileSystem.lstat(path).catch(() => undefined))?.type;
  }

  #readIfThere(path: string, largest?: number): Promise<Buffer | undefined> {
    return ifThere(path, this.#fileSystem.readFile(path, largest));
  }
}

/** Removes the drafts of runs that had the lock before. One that still exists can no longer install its draft. */
async function removeDrafts(fileSystem: FileSystem, folder: string): Promise<void> {
  const names = await fileSystem.list(folder).catch(() => []);
  const drafts = names.filter((name) => name.startsWith(LOG_DRAFTS));
  // They do no harm, so failures are ignored.
  for (const name of drafts) await removeIfThere(fileSystem, join(folder, name)).catch(() => undefined);
}

class HeldFolder implements HeldPartition {
  readonly #storage: LocalStorage;
  readonly #place: LocalPlace;
  readonly #manager: string;
  readonly #lock: HeldLock;
  readonly #logs: OpenLogs;
  /** The ID of the log's file, if it was opened. */
  #fileId: string | undefined;

  constructor(storage: LocalStorage, place: LocalPlace, manager: string, lock: HeldLock) {
    this.#storage = storage;
    this.#place = place;
    this.#manager = manager;
    this.#lock = lock;
    this.#logs = new OpenLogs(storage);
  }

  read(): Promise<Buffer | undefined> {
    return this.#storage.read(this.#manager);
  }

  async open(): Promise<Buffer | OpenLog | undefined> {
    const log = await this.#logs.open(this.#manager);
    this.#fileId = log instanceof FileLog ? log.id : undefined;
    return log;
  }

  requireHeld(): Promise<void> {
    return this.#lock.requireHeld();
  }

  log(length: number, torn: boolean): PartitionLog {
    const path = join(this.#storage.describe(this.#manager), LOG_FILE);
    return new LogFile(this.#place.fileSystem, path, this.#lock.holder.id, {
      length,
      torn,
      id: this.#fileId,
    });
  }

  /** Runs on two managers may call this at the same time. The identity of the first one wins. */
  async settle(seen: StateIdentity | undefined, next: StateIdentity): Promise<StateIdentity> {
    const { folder, fileSystem } = this.#place;
    try {
      await keepFromGit(fileSystem, folder, this.#lock.holder.id);
      const known = await this.#storage.identity();
      if (known !== undefined && (!isSameIdentity(known, seen) || isSameIdentity(known, next))) return known;
      await this.#lock.requireHeld();
      await this.#put(join(folder, LINEAGE_FILE), `${identityToText(next)}\n`, known === undefined);
      await fileSystem.syncFolder(folder);
    } catch (error) {
      throw unusable(folder, error);
    }
    return (await this.#storage.identity()) ?? next;
  }

  async #put(path: string, text: string, isNew: boolean): Promise<void> {
    const { fileSystem } = this.#place;
    const draft = `${path}.${this.#lock.holder.id}`;
    if (!isNew) {
      await removeIfThere(fileSystem, draft);
      await writeNewFile(fileSystem, draft, text);
      return fileSystem.rename(draft, path);
    }
    const there = await fileSystem.lstat(path).catch(() => undefined);
    if (there?.size === 0) await removeIfThere(fileSystem, path);
    await createWhole(fileSystem, path, text, draft);
  }

  release(): Promise<void> {
    this.#logs.close();
    return this.#lock.release();
  }
}

/** What is read of a file; `undefined` if there is none. */
async function ifThere<T>(path: string, read: Promise<T>): Promise<T | undefined> {
  try {
    return await read;
  } catch (error) {
    if (isAbsent(error)) return undefined;
    throw unreadable(path, error);
  }
}

function isAbsent(error: unknown): boolean {
  return errorCode(error) === "ENOENT";
}

function unusable(folder: string, error: unknown): DiagnosticError {
  if (error instanceof DiagnosticError) return error;
  const reason = errorCode(error) === "ENOTDIR" ? "it, or a part of its path, is a file" : fileFault(error);
  return failure(
    {
      code: "state-unwritable",
      summary: `the state folder ${folder} cannot be used: ${reason}`,
      remedy: "make it a folder that can be written, or name another one with --state",
    },
    { cause: error },
  );
}
