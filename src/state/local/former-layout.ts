/** The state's folder of versions before 0.2: one log and one lock for all managers. */
import { join } from "node:path";
import { managerOf } from "../../model/address";
import { DiagnosticError } from "../../model/diagnostic";
import { fieldsOf } from "../../model/options";
import { createWhole, makeFolderDurably, removeDurably, removeIfThere } from "../../platform/durable-file";
import { errorCode } from "../../platform/error-code";
import type { FileSystem } from "../../platform/file-system";
import { compactedLines } from "../log/compacted-lines";
import { type LoadedLog, loadLog } from "../log/load-log";
import type { LockRequest } from "../storage";
import { RECOVERY_FOLDER } from "./kept-folder";
import { acquireLock } from "./lock";
import { LogFile } from "./log-file";
import { LINEAGE_FILE, LOG_FILE, partitionFolder } from "./names";
import { refusePart } from "./require-state-folder";
import { unreadable, unwritable } from "./state-faults";

interface Place {
  readonly folder: string;
  readonly fileSystem: FileSystem;
}

/** The log of all managers; `undefined` in a folder of the present version. */
export async function formerLog({ folder, fileSystem }: Place): Promise<LoadedLog | undefined> {
  const path = join(folder, LOG_FILE);
  try {
    const bytes = await fileSystem.readFile(path);
    await refusePart(folder, fileSystem);
    return loadLog(bytes, { file: path }, undefined);
  } catch (error) {
    if (errorCode(error) === "ENOENT" || errorCode(error) === "ENOTDIR") return undefined;
    if (error instanceof DiagnosticError) throw error;
    throw unreadable(path, error);
  }
}

/** The entries of one manager, as a separate log. */
export function partOf({ contents, header }: LoadedLog, manager: string): Iterable<Buffer> {
  const records = contents.snapshot().filter(({ record }) => record.manager === manager);
  const { serial } = contents;
  return compactedLines({ ...header, serial }, { records, plans: contents.plans() }, () => {});
}

export function managersIn({ contents }: LoadedLog): readonly string[] {
  return [...new Set([...contents.records()].map(({ manager }) => manager))].sort();
}

/**
 * Splits the log into one for each manager. It removes the former log last, so after a crash the next start repeats
 * the upgrade.
 */
export async function upgrade(place: Place, run: LockRequest): Promise<void> {
  if ((await formerLog(place)) === undefined) return;
  const { folder, fileSystem } = place;
  const lock = await acquireLock({ ...run, ...place });
  try {
    const log = await formerLog(place);
    if (log === undefined) return;
    for (const manager of managersIn(log)) await writePart(place, log, manager, lock.holder.id);
    await moveKept(place);
    const lineage = join(folder, LINEAGE_FILE);
    await createWhole(fileSystem, lineage, `${log.header.lineage}\n`, `${lineage}.${lock.holder.id}`);
    await fileSystem.syncFolder(folder);
    await lock.requireHeld();
    await removeDurably(fileSystem, join(folder, LOG_FILE));
  } catch (error) {
    throw unwritable(folder, error);
  } finally {
    await lock.release();
  }
}

async function writePart(
  { folder, fileSystem }: Place,
  log: LoadedLog,
  manager: string,
  lockId: string,
): Promise<void> {
  const partition = partitionFolder(folder, manager);
  await makeFolderDurably(fileSystem, partition);
  const file = new LogFile(fileSystem, join(partition, LOG_FILE), lockId, { length: 0, torn: false });
  await file.install(await file.draft(partOf(log, manager)));
}

async function moveKept({ folder, fileSystem }: Place): Promise<void> {
  const from = join(folder, RECOVERY_FOLDER);
  const names = await fileSystem.list(from).catch(() => []);
  for (const name of names) {
    const { address } = fieldsOf(parseOrNothing((await fileSystem.readFile(join(from, name))).toString()));
    if (typeof address !== "string") {
      // A draft of a killed run, or a damaged file: its secret is lost.
      await removeIfThere(fileSystem, join(from, name));
      continue;
    }
    const to = join(partitionFolder(folder, managerOf(address)), RECOVERY_FOLDER);
    await makeFolderDurably(fileSystem, to);
    await fileSystem.rename(join(from, name), join(to, name));
    await fileSystem.syncFolder(to);
  }
  await fileSystem.removeFolder(from).catch(() => undefined);
}

function parseOrNothing(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
