import { createHash } from "node:crypto";
import { basename, dirname, join, relative, sep } from "node:path";
import { DiagnosticError } from "../../model/diagnostic";
import { fieldsOf, pathOption } from "../../model/options";
import { giveFreeName, makeFolderDurably, removeIfThere, writeNewFile } from "../../platform/durable-file";
import { errorCode } from "../../platform/error-code";
import { fileFault } from "../../platform/file-fault";
import type { FileSystem } from "../../platform/file-system";
import { type SinkContext, unconfirmed, undeliverable } from "./sink";

/** A block of every usual file system: more than a secret needs in any format. */
const PROOF_BYTES = 4096;
const ZERO = "0".charCodeAt(0);

/**
 * Proves that `writeTarget` is expected to succeed, in its folder or in the nearest existing one. A proof by writing
 * writes a file of the size of a secret, renames it over another one, and removes both; otherwise it only checks the
 * permissions.
 */
export function proveTarget(target: string, options: unknown, context: SinkContext): Promise<void> {
  const { fileSystem, provesByWriting } = context;
  return guarded(target, async () => {
    const { isOurs } = await findTarget(target, options, context);
    if (!isOurs) await context.requireReleasable();
    const folder = await nearestFolder(fileSystem, dirname(target));
    await refuseLongNames(fileSystem, folder, target);
    if (!provesByWriting) return fileSystem.mayWrite(folder);
    const [draft, place] = [draftIn(folder, target, "proof"), draftIn(folder, target, "proof place")];
    for (const path of [draft, place]) await removeLeftProof(fileSystem, path);
    try {
      await writeNewFile(fileSystem, place, "");
      await writeNewFile(fileSystem, draft, "0".repeat(PROOF_BYTES));
      await fileSystem.rename(draft, place);
      await fileSystem.syncFolder(folder);
    } finally {
      for (const path of [draft, place]) await removeLeftProof(fileSystem, path);
    }
  });
}

/**
 * Removes the file of a proof, also of a killed one: it has only zeros, or the NULs that a power failure leaves
 * instead of unflushed content. Proofs always use the same names, so that the next one finds it; a file of others has
 * other content and stays.
 */
async function removeLeftProof(fileSystem: FileSystem, path: string): Promise<void> {
  try {
    const content = await fileSystem.readFile(path, PROOF_BYTES);
    if (content.every((byte) => byte === ZERO || byte === 0)) await removeIfThere(fileSystem, path);
  } catch (error) {
    if (errorCode(error) !== "ENOENT") throw error;
  }
}

/** How a file may take its name. */
export interface TargetFile {
  /** An owned file exists there. */
  readonly isOurs: boolean;
  /** It replaces an existing file; otherwise the name must be free. */
  readonly replaces: boolean;
}

/** Rejects with a `DiagnosticError` if the target exists and must not be replaced. */
export function requireTarget(
  target: string,
  options: unknown,
  context: Pick<SinkContext, "fileSystem" | "isOurs" | "otherOwner">,
): Promise<TargetFile> {
  return guarded(target, () => findTarget(target, options, context));
}

/**
 * Writes a file of mode 0600, and missing parents with 0700. It is renamed atomically, so that a reader sees the old
 * or the new text, and a file that took a free name meanwhile stays; durable when it resolves.
 */
export function writeTarget(
  target: string,
  text: string,
  { replaces }: TargetFile,
  { fileSystem, token = "" }: Pick<SinkContext, "fileSystem" | "token">,
): Promise<void> {
  return guarded(target, async () => {
    await makeFolderDurably(fileSystem, dirname(target));
    const draft = draftOf(target, token);
    await writeNewFile(fileSystem, draft, text);
    try {
      if (replaces) await fileSystem.rename(draft, target);
      else await giveFreeName(fileSystem, draft, target);
    } catch (error) {
      await fileSystem.unlink(draft).catch(() => undefined);
      throw !replaces && errorCode(error) === "EEXIST" ? tookName(target) : error;
    }
    try {
      await fileSystem.syncFolder(dirname(target));
    } catch (error) {
      throw unconfirmed(`the file ${target} holds the secret, but not durably: ${fileFault(error)}`, error);
    }
  });
}

/**
 * The draft that a delivery writes before the rename. The token is random and used for one delivery only, so no other
 * file has this name, and the draft of a killed run can be removed by its name.
 */
export function draftOf(target: string, token: string): string {
  return draftIn(dirname(target), target, token);
}

/** Whether `draftOf` could give a path: a manipulated state could name any file as a draft. */
export function isDraft(path: string): boolean {
  return /^\.jp1im-[0-9a-f]{32}\.new$/.test(basename(path));
}

/** The name is short whatever the target's: the target may have the longest name that the file system permits. */
function draftIn(folder: string, target: string, token: string): string {
  const digest = createHash("sha256").update(`${token}\0${target}`).digest("hex").slice(0, 32);
  return join(folder, `.jp1im-${digest}.new`);
}

/** Refuses long names of folders that do not exist yet: the delivery creates them, when it is too late to find out. */
async function refuseLongNames(fileSystem: FileSystem, folder: string, target: string): Promise<void> {
  for (const name of relative(folder, dirname(target)).split(sep).concat(basename(target))) {
    await fileSystem.lstat(join(folder, name)).catch((error) => {
      if (errorCode(error) !== "ENOENT") throw error;
    });
  }
}

async function nearestFolder(fileSystem: FileSystem, folder: string): Promise<string> {
  try {
    const { type } = await fileSystem.stat(folder);
    if (type === "folder") return folder;
  } catch (error) {
    if (errorCode(error) !== "ENOENT" || dirname(folder) === folder) throw error;
    return nearestFolder(fileSystem, dirname(folder));
  }
  throw Object.assign(new Error("not a folder"), { code: "ENOTDIR" });
}

const remedies: Readonly<Record<string, string>> = {
  ENOTDIR: "move the file: its path needs a folder there",
  ENOSPC: "make room there",
  EDQUOT: "make room there",
  EBUSY: "if the file itself is mounted, mount its folder instead: a secret replaces the whole file",
  ENAMETOOLONG: "give the file and its folders shorter names",
};

async function guarded<T>(target: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof DiagnosticError) throw error;
    const summary = `the file ${target} cannot be written: ${fileFault(error)}`;
    const remedy = remedies[errorCode(error) ?? ""] ?? "make its folder writable";
    throw undeliverable(summary, `${remedy}, or deliver to another path`, error);
  }
}

async function findTarget(
  target: string,
  options: unknown,
  { fileSystem, isOurs, otherOwner }: Pick<SinkContext, "fileSystem" | "isOurs" | "otherOwner">,
): Promise<TargetFile> {
  const mayOverwrite = fieldsOf(options).overwrite === true;
  const type = await fileSystem.lstat(target).then(
    (status) => status.type,
    (error) => {
      if (errorCode(error) === "ENOENT") return undefined;
      throw error;
    },
  );
  if (type === undefined) return { isOurs: false, replaces: mayOverwrite };
  if (type === "file") {
    const own = await isOurs();
    if (own || mayOverwrite) return { isOurs: own, replaces: true };
    throw occupied(target, options, await otherOwner());
  }
  const kind = { folder: "a folder", symlink: "a symlink", other: "not a regular file" }[type];
  throw undeliverable(`${target} is ${kind}`, "remove it, or deliver to another path");
}

function occupied(target: string, options: unknown, owner?: string): DiagnosticError {
  const replacing = `write \`deliverTo: ${overwriting(options)}\``;
  if (owner !== undefined) {
    return undeliverable(
      `the file ${target} is there already: it was delivered for ${owner}`,
      `if this secret takes its place, ${replacing}; otherwise deliver to another path`,
    );
  }
  return undeliverable(
    `the file ${target} is there already, and this secret was never delivered to it`,
    `move it away, deliver to another path, or replace it: ${replacing}`,
  );
}

/** Another program made the file between the check and the delivery. */
function tookName(target: string): DiagnosticError {
  return undeliverable(
    `the file ${target} is there already: another program made it just now`,
    "move it away, or deliver to another path",
  );
}

/** The sink with `overwrite: true`, in YAML: the short form `file: PATH` has no room for the option. */
function overwriting(options: unknown): string {
  const path = pathOption(options);
  const fields = path === undefined ? fieldsOf(options) : { ...fieldsOf(options), path };
  const pairs = Object.entries({ ...fields, overwrite: true }).map(
    ([key, value]) => `${key}: ${flow(value)}`,
  );
  return `{ ${path === undefined ? "age" : "file"}: { ${pairs.join(", ")} } }`;
}

/** A value in a YAML flow mapping. All JSON is YAML. */
function flow(value: unknown): string {
  const isPlain = typeof value === "string" && /^[A-Za-z./][A-Za-z0-9_./-]*$/.test(value);
  return isPlain && !/^(true|false|null|yes|no|on|off)$/i.test(value) ? value : JSON.stringify(value);
}
