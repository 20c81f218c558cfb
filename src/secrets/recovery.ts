import { createCipheriv, createDecipheriv, createHash, hkdfSync } from "node:crypto";
import { join } from "node:path";
import { failure } from "../model/diagnostic";
import { fieldsOf } from "../model/options";
import { SecretValue } from "../model/secret-value";
import { makeFolderDurably, removeDurably, removeIfThere, writeNewFile } from "../platform/durable-file";
import { fileFault } from "../platform/file-fault";
import { errorCode, type FileSystem } from "../platform/file-system";
import type { Random } from "../platform/random";
import type { KeptSecret, RecoveredSecret, Recovery } from "./port";

export const RECOVERY_FOLDER = "recovery";

const FORMAT = "jp1im-recovery/1";
const CIPHER = "aes-256-gcm";
const IV_BYTES = 12;
const TAG_BYTES = 16;
/** How the files' names end, and those of what is not whole yet. */
const KEPT = ".json";
const DRAFT = ".json.new";

export interface RecoveryOptions {
  /** Absolute path of the state folder. */
  readonly folder: string;
  readonly stateKey: SecretValue;
  readonly fileSystem: FileSystem;
  readonly random: Random;
}

/**
 * Issued secrets that reached no sink, each in a file of its own under `recovery/`, encrypted to the state's key and bound
 * to the issue that it came from: one that comes back after a loss of power is never taken for that of a later issue.
 */
export function createRecovery({ folder, stateKey, fileSystem, random }: RecoveryOptions): Recovery {
  const place = placeIn(folder);
  const key = Buffer.from(hkdfSync("sha256", Buffer.from(stateKey.reveal(), "base64"), "", FORMAT, 32));
  return {
    list: () => listKept(folder, fileSystem, key),
    async keep(secret) {
      const path = recoveryFile(folder, secret.address, secret.issue);
      try {
        await makeFolderDurably(fileSystem, place);
        // Under its name a file is whole: a torn one would look like one that is sealed under another key.
        const draft = `${path.slice(0, -KEPT.length)}${DRAFT}`;
        await removeIfThere(fileSystem, draft);
        await writeNewFile(fileSystem, draft, seal(secret, key, random.bytes(IV_BYTES)));
        await fileSystem.rename(draft, path);
        await fileSystem.syncFolder(place);
      } catch (error) {
        const summary = `the secret of ${secret.address} could not be kept for the next run either: ${fileFault(error)}`;
        throw failure(
          { code: "sink-unwritable", summary, remedy: "the next run issues it anew" },
          { cause: error },
        );
      }
      return path;
    },
    async take(address, issue) {
      const path = recoveryFile(folder, address, issue);
      const text = await readKept(fileSystem, path);
      const kept = text === undefined ? undefined : open(text, key);
      return kept?.address === address && kept.issue === issue ? kept : undefined;
    },
    drop: ({ path }) => removeKeptFile(fileSystem, path),
    async dropDrafts() {
      for (const name of await listOrNone(fileSystem, place, DRAFT))
        await removeKeptFile(fileSystem, join(place, name));
    },
  };
}

/** Durable when it resolves. Rejects with a `DiagnosticError` (`state-unwritable`). */
export function removeKeptFile(fileSystem: FileSystem, path: string): Promise<void> {
  return removeDurably(fileSystem, path).catch((error) => {
    throw unusable("state-unwritable", "removed", path, error);
  });
}

/** What is kept in a state's folder, in the order of the files' names. Without a key nothing is opened. */
export async function listKept(
  folder: string,
  fileSystem: FileSystem,
  key?: Buffer,
): Promise<readonly KeptSecret[]> {
  const place = placeIn(folder);
  const kept: KeptSecret[] = [];
  for (const name of await listOrNone(fileSystem, place, KEPT)) {
    const path = join(place, name);
    const text = await readKept(fileSystem, path);
    if (text !== undefined) kept.push({ path, ...describeKept(text, key) });
  }
  return kept;
}

function describeKept(text: string, key: Buffer | undefined): Omit<KeptSecret, "path"> {
  const { address, generation, issue, issuedAt } = fieldsOf(parseOrNothing(text));
  return {
    ...(typeof address === "string" && { address }),
    ...(typeof generation === "number" && { generation }),
    ...(typeof issue === "string" && { issue }),
    ...(typeof issuedAt === "string" && { issuedAt }),
    opens: key !== undefined && open(text, key) !== undefined,
  };
}

/** The text of a kept secret; `undefined` where there is none, or not any more. */
async function readKept(fileSystem: FileSystem, path: string): Promise<string | undefined> {
  try {
    return (await fileSystem.readFile(path)).toString("utf8");
  } catch (error) {
    if (errorCode(error) === "ENOENT") return undefined;
    throw unusable("state-unreadable", "read", path, error);
  }
}

function seal({ secret, ...known }: RecoveredSecret, key: Buffer, iv: Buffer): string {
  const cipher = createCipheriv(CIPHER, key, iv).setAAD(Buffer.from(JSON.stringify(known)));
  const sealed = Buffer.concat([cipher.update(secret.reveal(), "utf8"), cipher.final()]);
  const bytes = Buffer.concat([iv, cipher.getAuthTag(), sealed]).toString("base64");
  return `${JSON.stringify({ format: FORMAT, ...known, sealed: bytes })}\n`;
}

/** Where a secret is kept, if it is; no key is needed to tell. */
export function recoveryFile(folder: string, address: string, issue?: string): string {
  const named = issue === undefined ? address : `${address}\0${issue}`;
  const name = createHash("sha256").update(named).digest("hex").slice(0, 32);
  return join(placeIn(folder), `${name}${KEPT}`);
}

function placeIn(folder: string): string {
  return join(folder, RECOVERY_FOLDER);
}

/** `undefined` for a file that was sealed under another key, or changed since. */
function open(text: string, key: Buffer): RecoveredSecret | undefined {
  try {
    const { format, sealed, ...known } = JSON.parse(text);
    if (format !== FORMAT) return undefined;
    const bytes = Buffer.from(sealed, "base64");
    const decipher = createDecipheriv(CIPHER, key, bytes.subarray(0, IV_BYTES))
      .setAAD(Buffer.from(JSON.stringify(known)))
      .setAuthTag(bytes.subarray(IV_BYTES, IV_BYTES + TAG_BYTES));
    const plain = Buffer.concat([decipher.update(bytes.subarray(IV_BYTES + TAG_BYTES)), decipher.final()]);
    return { ...known, secret: new SecretValue(plain.toString("utf8")) };
  } catch {
    return undefined;
  }
}

function parseOrNothing(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

async function listOrNone(
  fileSystem: FileSystem,
  folder: string,
  ending: string,
): Promise<readonly string[]> {
  try {
    return (await fileSystem.list(folder)).filter((name) => name.endsWith(ending));
  } catch (error) {
    if (errorCode(error) === "ENOENT") return [];
    throw unusable("state-unreadable", "read", folder, error);
  }
}

function unusable(
  code: "state-unreadable" | "state-unwritable",
  done: "read" | "removed",
  path: string,
  error: unknown,
) {
  const summary = `${path} cannot be ${done}: ${fileFault(error)}`;
  return failure({ code, summary, remedy: "check its permissions and run again" }, { cause: error });
}
