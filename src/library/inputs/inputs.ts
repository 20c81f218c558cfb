import { dirname, isAbsolute, relative, resolve, sep } from "node:path";
import { isInputBelow } from "../../config/input-files";
import { type LoadResult, loadDesiredState } from "../../config/load-desired-state";
import type { DesiredState } from "../../model/desired-state";
import { DiagnosticError, failure } from "../../model/diagnostic";
import { realPath } from "../../platform/real-path";
import { programFiles } from "../../secrets/exec/command";
import { checkPlaces, ownerOfFile } from "../../secrets/places/check-places";
import type { FileRead } from "../../secrets/places/files-read";
import type { PlaceFault, PlacesToCheck } from "../../secrets/places/place-check";
import { checkSinks } from "../../secrets/sinks/check-sink-options";
import { holdsState } from "../../state/local/holds-state";
import type { Platform } from "../platform";
import { stateSettings } from "./state-settings";

/** What every run takes. */
export interface InputOptions {
  /** Files, folders and `-`. */
  readonly files: readonly string[];
  /** Where the state is: a folder, or a URL as `--state` takes it; overrides the desired state's `state:` and the default `.jp1im`. */
  readonly state?: string | undefined;
  /** Absolute folder that takes the place of the default `.jp1im`, for a process that goes on while its files change. */
  readonly defaultFolder?: string | undefined;
}

/**
 * The desired state, or every error in it at once. Warnings are reported. Settings come from the environment variables
 * in `variables` alone, or without it from any.
 */
export async function readDesired(
  options: InputOptions,
  platform: Platform,
  variables?: ReadonlySet<string>,
): Promise<DesiredState> {
  const { desired, diagnostics } = await loadChecked(options, platform, variables);
  if (!desired) throw new DiagnosticError(diagnostics);
  for (const diagnostic of diagnostics) platform.report({ type: "diagnostic", diagnostic });
  return {
    ...desired,
    inputs: desired.inputs.map(({ path, sha256 }) => ({
      path: portableInput(path, options, platform.cwd),
      sha256,
    })),
  };
}

/** Reads the desired state, and checks what its paths lead to. */
export function loadChecked(
  options: InputOptions,
  platform: Platform,
  allowed?: ReadonlySet<string>,
): Promise<LoadResult> {
  const { cwd, stdin, fileSystem, env } = platform;
  const check = async (desired: DesiredState) => [
    ...(await checkSinks([...desired.managers.values()])),
    ...(await placeFaults(options, desired, platform)),
  ];
  const variables = { env, allowed };
  return loadDesiredState({ paths: options.files, cwd, stdin, fileSystem, variables, check });
}

/** Places that secrets of the desired state would share, with each other or with anything else. */
export async function placeFaults(
  options: InputOptions,
  desired: DesiredState,
  platform: Platform,
): Promise<readonly PlaceFault[]> {
  const places = await placesOf(options, desired, platform);
  const faults = await checkPlaces(places, platform);
  return [...faults, ...(await trailFaults(desired, places.isInput, platform))];
}

/** A file that a caller saves. */
export interface FileToSave {
  /** From the working folder. */
  readonly path: string;
  /** The option that names it. */
  readonly option: "--out" | "--report";
  readonly code: "plan-unwritable" | "probe-unwritable";
}

/** Refuses to save a file where something else needs that place, whether it is there yet or not. Throws a `DiagnosticError`. */
export async function requireFreePlace(
  { path, option, code }: FileToSave,
  options: InputOptions,
  desired: DesiredState,
  platform: Platform,
): Promise<void> {
  const absolute = resolve(platform.cwd, path);
  const owner = await ownerOfFile(absolute, await placesOf(options, desired, platform), platform);
  if (owner === undefined) return;
  throw failure({
    code,
    summary: `${option} names ${portable(absolute, platform.cwd)}, which ${owner}`,
    remedy: `give ${option} a path that nothing else uses, outside of the state's folder and of folders given with \`-f\``,
  });
}

async function placesOf(options: InputOptions, desired: DesiredState, platform: Platform) {
  const { cwd, fileSystem } = platform;
  // `readDesired` names them from the working folder.
  const inputs = desired.inputs.map(({ path }) => path).filter((path) => path !== "<stdin>");
  return {
    managers: [...desired.managers.values()],
    state: stateSettings(options, desired, platform),
    others: auditFiles(desired),
    inputs: inputs.map((path) => resolve(cwd, path)),
    isInput: await inputMatcher(options.files, platform),
    stateFolder: await stateFolder(options, desired, platform),
    holdsState: (folder: string) => holdsState(folder, fileSystem),
  } satisfies PlacesToCheck;
}

function auditFiles({ audit }: DesiredState): readonly FileRead[] {
  if (audit === undefined || audit.to === "syslog") return [];
  const { position } = audit;
  if (audit.to === "path") return [{ path: audit.path, is: "the audit trail", position }];
  return programFiles(audit.program).map((path) => ({
    path,
    is: "the program of the audit trail",
    position,
  }));
}

/** A trail among the inputs would be a fault of the desired state from then on. */
async function trailFaults(
  { audit }: DesiredState,
  isInput: (path: string) => boolean,
  { cwd, fileSystem }: Platform,
): Promise<readonly PlaceFault[]> {
  if (audit?.to !== "path" || !isInput(await realPath(fileSystem, audit.path))) return [];
  return [
    {
      code: "shared-place",
      summary: `the audit trail ${portable(audit.path, cwd)} lies in a folder given with \`-f\`, where the next command would read it as desired state`,
      remedy: "give it a name that does not end in .yaml or .yml, such as audit.jsonl",
      position: audit.position,
    },
  ];
}

/**
 * Absolute path of the local state folder: as asked for, as declared, or `.jp1im` beside the first input. Of a state that is kept
 * elsewhere, the folder of its key.
 */
export async function stateFolder(
  options: InputOptions,
  desired: Pick<DesiredState, "state"> | undefined,
  platform: Platform,
): Promise<string> {
  const settings = stateSettings(options, desired, platform);
  if (settings?.at === "local") return settings.path;
  if (options.defaultFolder !== undefined) return options.defaultFolder;
  const first = options.files[0];
  if (first === undefined || first === "-") return resolve(platform.cwd, ".jp1im");
  const path = resolve(platform.cwd, first);
  const { type } = await platform.fileSystem.stat(path).catch(() => ({ type: "file" }));
  return resolve(type === "folder" ? path : dirname(path), ".jp1im");
}

/**
 * An absolute path as it is written into a plan: one below the working folder is named from there, so that a plan made in one
 * checkout applies in another.
 */
export function portable(path: string, cwd: string): string {
  return isBelow(path, cwd) ? slashed(relative(cwd, path)) : path;
}

/** The same of an input, which may stand elsewhere and have been named from the working folder: `-f ../fleet`. */
function portableInput(path: string, { files }: InputOptions, cwd: string): string {
  if (!isAbsolute(path)) return path;
  const relatives = files
    .filter((file) => file !== "-" && !isAbsolute(file))
    .map((file) => resolve(cwd, file));
  const isNamedFromHere = relatives.some((named) => path === named || isBelow(path, named));
  return isNamedFromHere ? slashed(relative(cwd, path)) : portable(path, cwd);
}

function isBelow(path: string, folder: string): boolean {
  const way = relative(folder, path);
  return way !== "" && way !== ".." && !way.startsWith(`..${sep}`) && !isAbsolute(way);
}

/** The state's folder as it is written into a plan: from the working folder where it was named, or follows, from there. */
export function portableFolder(
  folder: string,
  { state, files }: InputOptions,
  desired: Pick<DesiredState, "state"> | undefined,
  cwd: string,
): string {
  const named = state ?? (desired?.state ? undefined : files[0]);
  const isRelative = named !== undefined && !isAbsolute(named) && !/^file:/i.test(named);
  return isRelative ? slashed(relative(cwd, folder)) || "." : portable(folder, cwd);
}

function slashed(path: string): string {
  return path.split(sep).join("/");
}

/**
 * Judges absolute paths without symlinks: whether a file there would be read as desired state, because a folder among the
 * `-f` arguments holds it.
 */
async function inputMatcher(
  files: readonly string[],
  { cwd, fileSystem }: Pick<Platform, "cwd" | "fileSystem">,
): Promise<(path: string) => boolean> {
  const folders: string[] = [];
  for (const file of files.filter((each) => each !== "-")) {
    const path = resolve(cwd, file);
    const { type } = await fileSystem.stat(path).catch(() => ({ type: "other" }));
    if (type === "folder") folders.push(await realPath(fileSystem, path));
  }
  return (path) => folders.some((folder) => isInputBelow(relative(folder, path)));
}
