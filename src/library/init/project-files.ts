import { resolve } from "node:path";
import { type Diagnostic, DiagnosticError } from "../../model/diagnostic";
import { shellCommand } from "../../model/shell-command";
import { errorCode } from "../../platform/error-code";
import { fileFault } from "../../platform/file-fault";
import { type YamlMap, yamlEntry, yamlText } from "../../yaml/yaml-text";
import { saveText } from "../export/save-export";
import type { Platform } from "../platform";

export const DESIRED_FILE = "jp1im.yaml";
const IGNORE_FILE = ".gitignore";

/** Paths that must not be committed: the state with its key, and delivered secrets. */
const IGNORED = [".jp1im/", "out/"];

/** A file of a new project, with its content. */
export interface ProjectFile {
  readonly name: string;
  readonly text: () => Iterable<string>;
}

/** The desired state of one manager without declared resources. */
export function connectionText(name: string, settings: YamlMap): string {
  const entries = Object.entries(settings).map(([key, value]) => `    ${yamlEntry(key, value, "    ")}`);
  return [
    "# The desired state of this manager. `jp1im schema` prints what may be in it, and `jp1im get agents` what is there.\n",
    "apiVersion: jp1im/v1\nmanagers:\n",
    `  ${yamlText(name)}:\n`,
    ...entries,
  ].join("");
}

/**
 * The files to write; an ignore file that already has the lines stays unchanged. Throws a `DiagnosticError`
 * (`init-unwritable`) with every file that is in the way; `others` must not exist either.
 */
export async function projectFiles(
  desired: () => Iterable<string>,
  others: readonly string[],
  platform: Platform,
): Promise<readonly ProjectFile[]> {
  const faults = (
    await Promise.all([DESIRED_FILE, ...others].map((name) => inTheWay(name, platform)))
  ).flat();
  const ignored = await ignoredLines(platform);
  const missing = IGNORED.filter((line) => ignored?.includes(line) === false);
  if (missing.length > 0) faults.push(lacksLines(missing));
  if (faults.length > 0) throw new DiagnosticError(faults);
  const ignore = { name: IGNORE_FILE, text: () => IGNORED.map((line) => `${line}\n`) };
  return [{ name: DESIRED_FILE, text: desired }, ...(ignored === undefined ? [ignore] : [])];
}

/** Writes each file atomically, and only if its name is free; all of them or none. */
export async function writeFiles(
  files: readonly ProjectFile[],
  platform: Platform,
): Promise<readonly string[]> {
  const { fileSystem, cwd } = platform;
  const made: string[] = [];
  for (const { name, text } of files) {
    try {
      await saveText(fileSystem, resolve(cwd, name), text(), false);
      made.push(name);
    } catch (error) {
      await removeMade(made, platform);
      const code = errorCode(error);
      if (code === undefined) throw error;
      throw new DiagnosticError([code === "EEXIST" ? isThere(name) : unwritable(name, error)]);
    }
  }
  return made;
}

/** Removes the files of an incomplete project, so that the same command can be run again. */
export async function removeMade(names: readonly string[], { fileSystem, cwd }: Platform): Promise<void> {
  for (const name of names) await fileSystem.unlink(resolve(cwd, name)).catch(() => undefined);
}

async function inTheWay(name: string, { fileSystem, cwd }: Platform): Promise<Diagnostic[]> {
  try {
    await fileSystem.lstat(resolve(cwd, name));
    return [isThere(name)];
  } catch (error) {
    return errorCode(error) === "ENOENT" ? [] : [unwritable(name, error)];
  }
}

/** The lines of the ignore file; `undefined` if there is none. */
async function ignoredLines({ fileSystem, cwd }: Platform): Promise<readonly string[] | undefined> {
  try {
    const text = (await fileSystem.readFile(resolve(cwd, IGNORE_FILE))).toString("utf8");
    return text.split(/\r?\n/).map((line) => line.trim());
  } catch (error) {
    if (errorCode(error) === "ENOENT") return undefined;
    throw new DiagnosticError([unwritable(IGNORE_FILE, error)]);
  }
}

function isThere(name: string): Diagnostic {
  return {
    ...{ code: "init-unwritable", severity: "error" },
    summary: `${name} is there already, and init replaces nothing`,
    remedy: `go on with what is there (\`jp1im validate\`), or run it in an empty folder`,
  };
}

function lacksLines(lines: readonly string[]): Diagnostic {
  return {
    ...{ code: "init-unwritable", severity: "error" },
    summary: `${IGNORE_FILE} is there already, and does not hold ${lines.join(" and ")}`,
    remedy: `add what is missing, and run it again: \`${shellCommand("printf", "%s\\n", ...lines)} >> ${IGNORE_FILE}\``,
  };
}

function unwritable(name: string, error: unknown): Diagnostic {
  return {
    ...{ code: "init-unwritable", severity: "error" },
    summary: `${name} cannot be made: ${fileFault(error)}`,
    remedy: "run it in a folder that may be written",
  };
}
