import { createCipheriv, createDecipheriv, createHash, hkdfSync } from "node:crypto";
import { join } from "node:path";
import { failure } from "../model/diagnostic";
import { SecretValue } from "../model/secret-value";
import { makeFolderDurably, removeIfThere, writeNewFile } from "../platform/durable-file";
import { fileFault } from "../platform/file-fault";
import { errorCode, type FileSystem } from "../platform/file-system";
import type { Random } from "../platform/random";
import type { RecoveredSecret, Recovery } from "./port";

const FORMAT = "jp1im-recovery/1";
const CIPHER = "aes-256-gcm";
const IV_BYTES = 12;
const TAG_BYTES = 16;

export interface RecoveryOptions {
  /** Absolute path of the state folder. */
  readonly folder: string;
  readonly stateKey: SecretValue;
  readonly fileSystem: FileSystem;
  readonly random: Random;
}

/** Issued secrets that reached no sink, each in a file of its own under `recovery/`, encrypted to the state's key. */
export function createRecovery({ folder, stateKey, fileSystem, random }: RecoveryOptions): Recovery {
  const place = placeIn(folder);
  const fileOf = (address: string) => recoveryFile(folder, address);
  const key = Buffer.from(hkdfSync("sha256", Buffer.from(stateKey.reveal(), "base64"), "", FORMAT, 32));
  const read = async (path: string): Promise<RecoveredSecret | undefined> => {
    const text = await fileSystem.readFile(path);
    return open(text.toString("utf8"), key);
  };
  return {
    async addresses() {
      const names = await listOrNone(fileSystem, place);
      const found = await Promise.all(names.map((name) => read(join(place, name)).catch(() => undefined)));
      return new Set(found.flatMap((each) => (each ? [each.address] : [])));
    },
    async keep(secret) {
      const path = fileOf(secret.address);
      try {
        await makeFolderDurably(fileSystem, place);
        // Under its name a file is whole: a torn one could not be told from one that is sealed under another key.
        const draft = `${path}.new`;
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
    take: (address) =>
      read(fileOf(address)).catch((error) => {
        if (errorCode(error) === "ENOENT") return undefined;
        throw unusable("state-unreadable", "read", fileOf(address), error);
      }),
    drop: (address) =>
      removeIfThere(fileSystem, fileOf(address)).catch((error) => {
        throw unusable("state-unwritable", "removed", fileOf(address), error);
      }),
  };
}

function seal({ secret, ...known }: RecoveredSecret, key: Buffer, iv: Buffer): string {
  const cipher = createCipheriv(CIPHER, key, iv).setAAD(Buffer.from(JSON.stringify(known)));
  const sealed = Buffer.concat([cipher.update(secret.reveal(), "utf8"), cipher.final()]);
  const bytes = Buffer.concat([iv, cipher.getAuthTag(), sealed]).toString("base64");
  return `${JSON.stringify({ format: FORMAT, ...known, sealed: bytes })}\n`;
}

/** Where a secret is kept, if it is; no key is needed to tell. */
export function recoveryFile(folder: string, address: string): string {
  const name = createHash("sha256").update(address).digest("hex").slice(0, 32);
  return join(placeIn(folder), `${name}.json`);
}

function placeIn(folder: string): string {
  return join(folder, "recovery");
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

async function listOrNone(fileSystem: FileSystem, folder: string): Promise<readonly string[]> {
  try {
    return (await fileSystem.list(folder)).filter((name) => name.endsWith(".json"));
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
