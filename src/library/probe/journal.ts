import { dirname, join } from "node:path";
import type { AgentRef } from "../../model/address";
import type { DesiredManager } from "../../model/desired-state";
import { type DiagnosticError, failure } from "../../model/diagnostic";
import { fieldsOf, textOption } from "../../model/options";
import { makeFolderDurably, removeDurably, writeNewFile } from "../../platform/durable-file";
import { fileFault } from "../../platform/file-fault";
import { errorCode, type FileSystem, LARGEST_SMALL_FILE } from "../../platform/file-system";
import { isPrefix } from "./scratch";

const FORMAT = "jp1im-probe-journal/1";

/** What a probe may have left on a manager. It is on the disk before the first scratch object is made. */
export interface Journal {
  readonly url: string;
  readonly agent: AgentRef;
  readonly prefix: string;
  /** Whether clients may have been issued. */
  readonly clients: boolean;
}

/** Beside the state: whoever runs on this state finds it. */
export function journalPath(folder: string, manager: string): string {
  return join(folder, `probe-${encodeURIComponent(manager)}.json`);
}

/** What an earlier probe of the manager has left; `undefined` where it ended. Rejects with a `DiagnosticError`. */
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
  if (journal === undefined) throw unusable(path, "it is no journal of a probe");
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
    await writeNewFile(fileSystem, path, `${JSON.stringify({ format: FORMAT, ...journal })}\n`);
    await fileSystem.syncFolder(dirname(path));
  } catch (error) {
    throw unusable(path, fileFault(error), error);
  }
}

export async function removeJournal(fileSystem: FileSystem, path: string): Promise<void> {
  await removeDurably(fileSystem, path);
}

function parse(text: string): Journal | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  const { agent, clients } = fieldsOf(value);
  const prefix = textOption(value, "prefix") ?? "";
  const host = textOption(agent, "host");
  const managerHost = textOption(agent, "managerHost");
  const url = textOption(value, "url");
  const isWhole = host !== undefined && managerHost !== undefined && url !== undefined;
  // What is deleted is decided by the prefix: any other text would be somebody else's objects.
  if (textOption(value, "format") !== FORMAT || !isPrefix(prefix) || !isWhole) return undefined;
  return { url, agent: { host, managerHost }, prefix, clients: clients === true };
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
