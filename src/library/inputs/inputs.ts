import { dirname, isAbsolute, relative, resolve, sep } from "node:path";
import { isInputBelow } from "../../config/input-files";
import { type LoadResult, loadDesiredState } from "../../config/load-desired-state";
import type { DesiredState } from "../../model/desired-state";
import { DiagnosticError, failure } from "../../model/diagnostic";
import { freeMemory } from "../../platform/free-memory";
import { realPath } from "../../platform/real-path";
import { programFiles } from "../../secrets/exec/command";
import { checkPlaces, ownerOfFile } from "../../secrets/places/check-places";
import type { FileRead } from "../../secrets/places/files-read";
import type { PlaceFault, PlacesToCheck } from "../../secrets/places/place-check";
import { checkSinks } from "../../secrets/sinks/check-sink-options";
import { holdsState } from "../../state/local/holds-state";
import type { Platform } from "../platform";
import { commandOptions } from "../policy/policy-program";
import { stateSettings } from "./state-settings";

const MANY_SECRETS = 50_000;

/** Options of every run. */
export interface InputOptions {
  /** Files, folders and `-`. */
  readonly files: readonly string[];
  /**
   * The place of the state: a folder, or a URL as for `--state`; overrides the desired state's `state:` and the
   * default `.jp1im`.
   */
  readonly state?: string | undefined;
  /** Absolute folder that replaces the default `.jp1im`, for a process that keeps running while its files change. */
  readonly defaultFolder?: string | undefined;
  /** Programs that judge the plan: words with spaces between them, or JSON as under `exec`. */
  readonly policies?: readonly string[] | undefined;
  /** Files and folders of a desired state that the caller trusts, for a run without secrets. */
  readonly trust?: readonly string[] | undefined;
}

/**
 * The desired state, or every error in it at once. Warnings are reported. Settings come only from the environment
 * variables in `variables`, or from any if it is absent.
 */
export async function readDesired(
  options: InputOptions,
  platform: Platform,
  variables?: ReadonlySet<string>,
): Promise<DesiredState> {
  const { desired, diagnostics } = await loadChecked(options, platform, variables);
  if (!desired) throw new DiagnosticError(diagnostics);
  for (const diagnostic of diagnostics) platform.report({ type: "diagnostic", diagnostic });
  const inputs = desired.inputs.map(({ path, sha256 }) => ({
    path: portableInput(path, options, platform.cwd),
    sha256,
  }));
  // Of the text and its nodes, tens of megabytes, nothing is needed any more.
  if (secretsIn(desired) >= MANY_SECRETS) freeMemory();
  return { ...desired, inputs };
}

function secretsIn({ managers }: DesiredState): number {
  const blocks = [...managers.values()].flatMap(({ agents }) => agents.map(({ secrets }) => secrets.size));
  return blocks.reduce((sum, size) => sum + size, 0);
}

/** Reads the desired state, and checks the targets of its paths. */
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

/** Faults of places that secrets of the desired state would share with each other or with other files. */
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

/** Refuses to save a file at a place that something else needs, existing or not. Throws a `DiagnosticError`. */
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
    others: [...auditFiles(desired), ...filesOfRun(options, platform)],
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

/** What the command line names, and what the environment names for every command: also `validate` refuses it. */
function filesOfRun({ policies, trust = [] }: InputOptions, { cwd, env }: Platform): readonly FileRead[] {
  const judges = [...new Set([...(policies ?? []), ...(env.JP1IM_POLICY?.split("\n") ?? [])])];
  const keyCommand = env.JP1IM_STATE_KEY_COMMAND;
  const filesOf = (options: unknown, is: string) =>
    programFiles({ options, folder: cwd }).map((path) => ({ path, is }));
  return [
    ...judges.flatMap((text) => filesOf(commandOptions(text), "a program that judges the plan (--policy)")),
    ...(keyCommand ? filesOf(commandOptions(keyCommand), "the program of JP1IM_STATE_KEY_COMMAND") : []),
    ...trust.map((path) => ({ path: resolve(cwd, path), is: "a file that --trust names" })),
  ];
}

/** Refuses a trail among the inputs, which would then be an error of the desired state. */
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
 * Absolute path of the local state folder: the given or declared one, or `.jp1im` beside the first input. For a state
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
 * An absolute path in the form for plans: a path below the working folder becomes relative, so that a plan from one
 * checkout applies in another.
 */
export function portable(path: string, cwd: string): string {
  return isBelow(path, cwd) ? slashed(relative(cwd, path)) : path;
}

/** The same for an input, which may be elsewhere and named relative to the working folder: `-f ../fleet`. */
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

/** The state's folder in the form for plans: relative to the working folder if it was named, or derived, from there. */
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
 * Returns a test of absolute paths without symlinks: whether a file there would be read as desired state, because a
 * folder in the `-f` arguments contains it.
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
