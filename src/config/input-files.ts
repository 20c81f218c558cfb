import { basename, dirname, isAbsolute, join, relative, resolve, sep } from "node:path";
import { errorCode } from "../platform/error-code";
import { fileFault } from "../platform/file-fault";
import type { FileSystem } from "../platform/file-system";
import { realPath } from "../platform/real-path";
import type { DiagnosticList } from "../yaml/diagnostic-list";
import { suggestion } from "../yaml/quote";

export const STDIN = "-";

/** A file to read, or standard input under the name `-`. */
export interface InputPath {
  /** Absolute, or `-`. */
  readonly path: string;
  /** As the user wrote it. */
  readonly shown: string;
}

/**
 * The files that `-f` arguments name, in reading order. A folder stands for all `*.yaml` and `*.yml` below it,
 * sorted, without hidden files and `node_modules`. A file that is named twice counts once.
 */
export async function findInputFiles(
  paths: readonly string[],
  context: { readonly cwd: string; readonly fileSystem: FileSystem; readonly diagnostics: DiagnosticList },
): Promise<InputPath[]> {
  const byPath = new Map<string, InputPath>();
  for (const shown of paths) {
    const path = shown === STDIN ? STDIN : resolve(context.cwd, shown);
    const files = path === STDIN ? [{ path, shown }] : await expand({ path, shown }, context);
    for (const file of files) if (!byPath.has(file.path)) byPath.set(file.path, file);
  }
  return [...byPath.values()];
}

/** Whether the search of a named folder would find a file at this path below it. */
export function isInputBelow(way: string): boolean {
  return !isAbsolute(way) && isYaml(way) && !way.split(sep).some(isLeftOut);
}

type Context = Parameters<typeof findInputFiles>[1];

async function expand(named: InputPath, context: Context): Promise<InputPath[]> {
  const { diagnostics, fileSystem } = context;
  const stat = () => fileSystem.stat(named.path);
  const status = await attempt(named, diagnostics, stat, () => fileBeside(named, fileSystem));
  if (status === undefined) return [];
  if (status.type === "file") return [named];
  if (status.type !== "folder") {
    diagnostics.add({
      code: "file-unreadable",
      summary: `${named.shown} is a pipe or a device, and not a file or a folder: it can be read only once, and may never end`,
      remedy: "pipe its content in: `command | jp1im … -f -`, in the place of `-f <(command)`",
    });
    return [];
  }
  const before = diagnostics.errorCount;
  const files = await walk(named, context);
  if (files.length === 0 && diagnostics.errorCount === before) {
    diagnostics.add({
      code: "no-input",
      summary: `the folder ${named.shown} holds no *.yaml or *.yml file`,
      remedy: "name another folder, or the files themselves; hidden ones and node_modules are left out",
    });
  }
  return files;
}

/** `root` is the folder that was named. */
async function walk(folder: InputPath, context: Context, root = folder): Promise<InputPath[]> {
  const { diagnostics, fileSystem } = context;
  const names = (await attempt(folder, diagnostics, () => fileSystem.list(folder.path))) ?? [];
  const files: InputPath[] = [];
  for (const name of names) {
    if (isLeftOut(name)) continue;
    const entry = { path: join(folder.path, name), shown: join(folder.shown, name) };
    const own = await attempt(entry, diagnostics, () => fileSystem.lstat(entry.path));
    if (own?.type === "folder") files.push(...(await walk(entry, context, root)));
    else if (own?.type === "symlink") files.push(...(await follow(entry, root, context)));
    else if (own?.type === "file" && isYaml(name)) files.push(entry);
  }
  return files;
}

/**
 * Follows links to files of the same folder, which Kubernetes volumes have. A link that leads out of the folder could
 * show a file of the machine in a diagnostic; links to folders could form a loop. Both are diagnostics, because
 * ignoring a link could lose a part of the desired state.
 */
async function follow(link: InputPath, root: InputPath, context: Context): Promise<InputPath[]> {
  const { diagnostics, fileSystem } = context;
  const target = await fileSystem.stat(link.path).catch(() => undefined);
  if (target?.type === "folder") {
    diagnostics.add({
      code: "file-unreadable",
      summary: `${link.shown} is a symbolic link to a folder, and such links are not followed`,
      remedy: "name its target with -f, or take the link out of the folder",
    });
    return [];
  }
  if (!isYaml(link.path)) return [];
  if (target?.type === "file" && (await isBelow(link, root, fileSystem))) return [link];
  if (target?.type === "file") {
    diagnostics.add({
      code: "file-unreadable",
      summary: `${link.shown} is a symbolic link that leads out of ${root.shown}, and such links are not followed`,
      remedy: "name its target with -f, or put the file itself into the folder",
    });
    return [];
  }
  diagnostics.add({
    code: "file-unreadable",
    summary: `${link.shown} is a symbolic link that leads to no file`,
    remedy: "correct the link or remove it",
  });
  return [];
}

async function isBelow(link: InputPath, folder: InputPath, fileSystem: FileSystem): Promise<boolean> {
  const [from, to] = await Promise.all([folder, link].map(({ path }) => realPath(fileSystem, path)));
  const way = relative(from ?? "", to ?? "");
  return way !== ".." && !way.startsWith(`..${sep}`) && !isAbsolute(way);
}

/** Also true for `..`, which leads out of the folder. */
function isLeftOut(name: string): boolean {
  return name.startsWith(".") || name === "node_modules";
}

/** `did you mean …` if the folder of a missing file has a file with nearly the same name. */
async function fileBeside({ path }: InputPath, fileSystem: FileSystem): Promise<string | undefined> {
  const names = await fileSystem.list(dirname(path)).catch(() => []);
  return suggestion(basename(path), names.filter(isYaml));
}

function isYaml(name: string): boolean {
  return name.endsWith(".yaml") || name.endsWith(".yml");
}

/** Runs one call of the file system; a failure is a diagnostic. */
export async function attempt<T>(
  named: InputPath,
  diagnostics: DiagnosticList,
  call: () => Promise<T>,
  meant: () => Promise<string | undefined> = async () => undefined,
): Promise<T | undefined> {
  try {
    return await call();
  } catch (error) {
    const code = errorCode(error);
    diagnostics.add({
      code: "file-unreadable",
      summary: `cannot read ${named.shown}: ${code === "ENOENT" ? "there is no such file or folder" : fileFault(error)}`,
      remedy: code === "ENOENT" ? ((await meant()) ?? "check the path") : "check its permissions",
    });
    return undefined;
  }
}
