import { join, resolve } from "node:path";
import { errorCode, type FileSystem } from "../platform/file-system";
import type { Findings } from "./findings";

export const STDIN = "-";

/** A file to read, or standard input under the name `-`. */
export interface InputPath {
  /** Absolute, or `-`. */
  readonly path: string;
  /** As the user wrote it. */
  readonly shown: string;
}

/**
 * The files behind `-f` arguments, in reading order: of a folder all `*.yaml` and `*.yml` below it, sorted, without
 * hidden ones and `node_modules`. A file that is named twice counts once.
 */
export async function findInputFiles(
  paths: readonly string[],
  context: { readonly cwd: string; readonly fileSystem: FileSystem; readonly findings: Findings },
): Promise<InputPath[]> {
  const found = new Map<string, InputPath>();
  for (const shown of paths) {
    const path = shown === STDIN ? STDIN : resolve(context.cwd, shown);
    const files = path === STDIN ? [{ path, shown }] : await expand({ path, shown }, context);
    for (const file of files) if (!found.has(file.path)) found.set(file.path, file);
  }
  return [...found.values()];
}

type Context = Parameters<typeof findInputFiles>[1];

async function expand(named: InputPath, context: Context): Promise<InputPath[]> {
  const { findings, fileSystem } = context;
  const status = await attempt(named, findings, () => fileSystem.stat(named.path));
  if (status === undefined) return [];
  if (status.type === "file") return [named];
  if (status.type !== "folder") {
    findings.add({
      code: "file-unreadable",
      summary: `${named.shown} is a pipe or a device, and not a file or a folder: it can be read only once, and may never end`,
      remedy: "pipe its content in: `command | jp1im … -f -`, in the place of `-f <(command)`",
    });
    return [];
  }
  const before = findings.errorCount;
  const files = await walk(named, context);
  if (files.length === 0 && findings.errorCount === before) {
    findings.add({
      code: "no-input",
      summary: `the folder ${named.shown} holds no *.yaml or *.yml file`,
      remedy: "name another folder, or the files themselves; hidden ones and node_modules are left out",
    });
  }
  return files;
}

async function walk(folder: InputPath, context: Context): Promise<InputPath[]> {
  const { findings, fileSystem } = context;
  const names = (await attempt(folder, findings, () => fileSystem.list(folder.path))) ?? [];
  const files: InputPath[] = [];
  for (const name of names) {
    if (name.startsWith(".") || name === "node_modules") continue;
    const entry = { path: join(folder.path, name), shown: join(folder.shown, name) };
    const own = await attempt(entry, findings, () => fileSystem.lstat(entry.path));
    if (own?.type === "folder") files.push(...(await walk(entry, context)));
    else if (own?.type === "symlink") files.push(...(await follow(entry, context)));
    else if (own?.type === "file" && isYaml(name)) files.push(entry);
  }
  return files;
}

/** Links to files are followed. Links to folders could form a loop; passing over one could lose a part of the state. */
async function follow(link: InputPath, context: Context): Promise<InputPath[]> {
  const { findings, fileSystem } = context;
  const target = await fileSystem.stat(link.path).catch(() => undefined);
  if (target?.type === "folder") {
    findings.add({
      code: "file-unreadable",
      summary: `${link.shown} is a symbolic link to a folder, and such links are not followed`,
      remedy: "name its target with -f, or take the link out of the folder",
    });
    return [];
  }
  if (!isYaml(link.path)) return [];
  if (target?.type === "file") return [link];
  findings.add({
    code: "file-unreadable",
    summary: `${link.shown} is a symbolic link that leads to no file`,
    remedy: "mend the link or remove it",
  });
  return [];
}

function isYaml(name: string): boolean {
  return name.endsWith(".yaml") || name.endsWith(".yml");
}

/** Runs one call of the file system; a failure is a finding. */
export async function attempt<T>(
  named: InputPath,
  findings: Findings,
  call: () => Promise<T>,
): Promise<T | undefined> {
  try {
    return await call();
  } catch (error) {
    const code = errorCode(error);
    findings.add({
      code: "file-unreadable",
      summary: `cannot read ${named.shown}: ${code === "ENOENT" ? "there is no such file or folder" : (code ?? "unknown error")}`,
      remedy: code === "ENOENT" ? "check the path" : "check its permissions",
    });
    return undefined;
  }
}
