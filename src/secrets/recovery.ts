import { createCipheriv, createDecipheriv, createHash, hkdfSync } from "node:crypto";
import { managerOf } from "../model/address";
import { DiagnosticError, failure } from "../model/diagnostic";
import { fieldsOf } from "../model/options";
import { SecretValue } from "../model/secret-value";
import { fileFault } from "../platform/file-fault";
import type { Random } from "../platform/random";
import type { KeptSecret, OnKeptFault, RecoveredSecret, Recovery } from "./port";

const FORMAT = "jp1im-recovery/1";
const CIPHER = "aes-256-gcm";
const IV_BYTES = 12;
const TAG_BYTES = 16;

/** Stores sealed secrets: with the state of the manager that issued them. */
export interface KeptPlaces {
  managers(): Promise<readonly string[]>;
  kept(manager: string): {
    describe(name: string): string;
    list(): Promise<readonly string[]>;
    read(name: string): Promise<string | undefined>;
    write(name: string, text: string): Promise<void>;
    remove(name: string): Promise<void>;
    removeDrafts(): Promise<void>;
  };
}

export interface RecoveryOptions {
  readonly places: KeptPlaces;
  readonly stateKey: SecretValue;
  readonly random: Random;
}

/**
 * Keeps issued secrets that reached no sink, each encrypted with the state's key and bound to its issue: one that
 * reappears after a power failure is never taken as the secret of a later issue.
 */
export function createRecovery({ places, stateKey, random }: RecoveryOptions): Recovery {
  const key = Buffer.from(hkdfSync("sha256", Buffer.from(stateKey.reveal(), "base64"), "", FORMAT, 32));
  return {
    list: (onFault) => listKept(places, key, onFault),
    async keep(secret) {
      const kept = places.kept(managerOf(secret.address));
      const name = keptName(secret.address, secret.issue);
      try {
        await kept.write(name, seal(secret, key, random.bytes(IV_BYTES)));
      } catch (error) {
        throw notKept(secret.address, error);
      }
      return kept.describe(name);
    },
    async take(address, issue) {
      const text = await places.kept(managerOf(address)).read(keptName(address, issue));
      const kept = text === undefined ? undefined : open(text, key);
      return kept?.address === address && kept.issue === issue ? kept : undefined;
    },
    drop: ({ manager, name }) => places.kept(manager).remove(name),
    dropDrafts: (manager) => places.kept(manager).removeDrafts(),
  };
}

/**
 * The kept secrets of all managers. Without a key none is opened. `onFault` receives the fault of a manager, whose
 * secrets are then left out; without it, the list rejects.
 */
export async function listKept(
  places: KeptPlaces,
  key?: Buffer,
  onFault: OnKeptFault = reject,
): Promise<readonly KeptSecret[]> {
  const secrets: KeptSecret[] = [];
  for (const manager of await places.managers()) {
    try {
      secrets.push(...(await listKeptOf(manager, places, key)));
    } catch (error) {
      if (!(error instanceof DiagnosticError)) throw error;
      onFault(manager, error);
    }
  }
  return secrets;
}

async function listKeptOf(manager: string, places: KeptPlaces, key: Buffer | undefined) {
  const secrets: KeptSecret[] = [];
  const kept = places.kept(manager);
  for (const name of await kept.list()) {
    const text = await kept.read(name);
    if (text === undefined) continue;
    secrets.push({ manager, name, path: kept.describe(name), ...describeKept(text, key) });
  }
  return secrets;
}

function reject(_manager: string, error: DiagnosticError): void {
  throw error;
}

/**
 * The error if a secret could not be kept. A run that lost its lock must not say that the next run reissues the
 * secret: another run may have done so already.
 */
function notKept(address: string, error: unknown): DiagnosticError {
  const summary = `the secret of ${address} could not be kept for the next run either`;
  if (!(error instanceof DiagnosticError)) {
    const remedy = "the next run issues it again";
    return failure(
      { code: "sink-unwritable", summary: `${summary}: ${fileFault(error)}`, remedy },
      { cause: error },
    );
  }
  const [reason = { code: "sink-unwritable" as const, summary: "" }] = error.diagnostics;
  return failure({ ...reason, summary: `${summary}: ${reason.summary}` }, { cause: error });
}

function describeKept(text: string, key: Buffer | undefined): Omit<KeptSecret, "manager" | "name" | "path"> {
  const { address, generation, issue, issuedAt } = fieldsOf(parseOrNothing(text));
  return {
    address: typeof address === "string" ? address : undefined,
    generation: typeof generation === "number" ? generation : undefined,
    issue: typeof issue === "string" ? issue : undefined,
    issuedAt: typeof issuedAt === "string" ? issuedAt : undefined,
    opens: key !== undefined && open(text, key) !== undefined,
  };
}

function seal({ secret, ...known }: RecoveredSecret, key: Buffer, iv: Buffer): string {
  const cipher = createCipheriv(CIPHER, key, iv).setAAD(Buffer.from(JSON.stringify(known)));
  const sealed = Buffer.concat([cipher.update(secret.reveal(), "utf8"), cipher.final()]);
  const bytes = Buffer.concat([iv, cipher.getAuthTag(), sealed]).toString("base64");
  return `${JSON.stringify({ format: FORMAT, ...known, sealed: bytes })}\n`;
}

/** The name under which a secret would be kept; needs no key. */
export function keptName(address: string, issue?: string): string {
  const named = issue === undefined ? address : `${address}\0${issue}`;
  return createHash("sha256").update(named).digest("hex").slice(0, 32);
}

/** `undefined` for a file that was sealed with another key, or changed since. */
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
