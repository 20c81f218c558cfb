import { dirname, join } from "node:path";
import type { AgentRef } from "../../model/address";
import type { DesiredManager } from "../../model/desired-state";
import { type DiagnosticError, failure } from "../../model/diagnostic";
import { fieldsOf, textOption } from "../../model/options";
import { makeFolderDurably, removeDurably, removeIfThere, writeNewFile } from "../../platform/durable-file";
import { errorCode } from "../../platform/error-code";
import { fileFault } from "../../platform/file-fault";
import { type FileSystem, LARGEST_SMALL_FILE } from "../../platform/file-system";
import { checksumOf } from "../plan-file";
import type { Platform } from "../platform";
import { isPrefix } from "./scratch";

const FORMAT = "jp1im-probe-journal/1";

/**
 * Milliseconds by which the journal's time is ahead of a write, so that the journal is rewritten at most this often.
 */
const AHEAD_MS = 30_000;

/** What a probe may have left on a manager. It is written to disk before the first scratch object is created. */
export interface Journal {
  readonly url: string;
  readonly agent: AgentRef;
  readonly prefix: string;
  /** Whether clients may have been issued. */
  readonly clients: boolean;
  /** Milliseconds since the epoch, after which no creating write was sent; absent if unknown. */
  readonly writesUntil?: number | undefined;
}

/** The path beside the state, where every run with this state finds it. */
export function journalPath(folder: string, manager: string): string {
  return join(folder, `probe-${encodeURIComponent(manager)}.json`);
}

/**
 * The journal of an earlier, interrupted probe of the manager; `undefined` if there is none. Rejects with a
 * `DiagnosticError`.
 */
export async function readJournal(
  fileSystem: FileSystem,
  path: string,
  { name, url }: Pick<DesiredManager, "name" | "url">,
): Promise<Journal | undefined> {
  const text = await fileSystem.readFile(path, LARGEST_SMALL_FILE).catch((error) => {
    if (errorCode(error) === "ENOENT") return undefined;
    throw unusable(path, fileFault(error), error);
  });
  if (text === undefined) return undefined;
  const journal = parse(text.toString("utf8"));
  if (journal === undefined) throw unusable(path, "it is no journal of a probe, or was edited");
  if (journal.url === url) return journal;
  throw failure({
    code: "probe-leftovers",
    summary: `an earlier probe of ${name} may have left scratch objects on ${journal.url}, and ${name} is at ${url} now`,
    remedy: `run jp1im probe --manager ${name} --clean-up with that URL, or remove what begins with ${journal.prefix} there and then the file ${path}`,
    address: name,
  });
}

export async function writeJournal(fileSystem: FileSystem, path: string, journal: Journal): Promise<void> {
  try {
    await makeFolderDurably(fileSystem, dirname(path));
    await writeNewFile(fileSystem, path, textOf(journal));
    await fileSystem.syncFolder(dirname(path));
  } catch (error) {
    throw unusable(path, fileFault(error), error);
  }
}

/** Replaces a journal by another one of the same probe. */
export async function rewriteJournal(fileSystem: FileSystem, path: string, journal: Journal): Promise<void> {
  const draft = `${path}.new`;
  try {
    await removeIfThere(fileSystem, draft);
    await writeNewFile(fileSystem, draft, textOf(journal));
    await fileSystem.rename(draft, path);
    await fileSystem.syncFolder(dirname(path));
  } catch (error) {
    throw unusable(path, fileFault(error), error);
  }
}

/** The journal with a time that covers the writes of the next seconds. */
export function stamped(journal: Journal, { clock }: Pick<Platform, "clock">): Journal {
  return { ...journal, writesUntil: clock.now() + AHEAD_MS };
}

/** Returns a function to call before each write: after a kill, the journal shows the latest time of the last write. */
export function stampBeforeWrites(
  platform: Pick<Platform, "fileSystem" | "clock">,
  path: string,
  journal: Journal,
): () => Promise<void> {
  let latest = journal;
  return async () => {
    if (platform.clock.now() < (latest.writesUntil ?? 0)) return;
    latest = stamped(journal, platform);
    await rewriteJournal(platform.fileSystem, path, latest);
  };
}

export async function removeJournal(fileSystem: FileSystem, path: string): Promise<void> {
  await removeIfThere(fileSystem, `${path}.new`);
  await removeDurably(fileSystem, path);
}

function textOf(journal: Journal): string {
  const document = { format: FORMAT, ...journal };
  return `${JSON.stringify({ ...document, checksum: checksumOf(document) })}\n`;
}

function parse(text: string): Journal | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  const { checksum, ...document } = fieldsOf(value);
  if (checksum !== undefined && checksum !== checksumOf(document)) return undefined;
  const { agent, clients, writesUntil } = document;
  const prefix = textOption(value, "prefix") ?? "";
  const host = textOption(agent, "host");
  const managerHost = textOption(agent, "managerHost");
  const url = textOption(value, "url");
  const isWhole = host !== undefined && managerHost !== undefined && url !== undefined;
  // The prefix decides what is deleted: any other text would match objects of others.
  if (textOption(value, "format") !== FORMAT || !isPrefix(prefix) || !isWhole) return undefined;
  return {
    ...{ url, agent: { host, managerHost }, prefix, clients: clients === true },
    writesUntil: Number.isSafeInteger(writesUntil) ? Number(writesUntil) : undefined,
  };
}

function unusable(path: string, why: string, cause?: unknown): DiagnosticError {
  return failure(
    {
      code: "probe-leftovers",
      summary: `the journal of a probe, ${path}, cannot be used: ${why}`,
      remedy:
        "make it readable and writable; if it is damaged, delete what begins with jp1im-probe- on the manager, and then the file",
    },
    { cause },
  );
}
