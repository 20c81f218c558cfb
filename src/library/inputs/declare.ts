import { loadDesiredState } from "../../config/load-desired-state";
import type { DesiredManager, DesiredState } from "../../model/desired-state";
import { type Diagnostic, DiagnosticError } from "../../model/diagnostic";
import { checkPlaces } from "../../secrets/places/check-places";
import { checkSinks } from "../../secrets/sinks/check-sink-options";
import { holdsState } from "../../state/local/holds-state";
import { type YamlMap, yamlFlow } from "../../yaml/yaml-text";
import type { Platform } from "../platform";
import { declaredManager } from "./declared-manager";

/**
 * One manager that the command line declares, checked like one in a file; relative paths start from the working
 * folder. `settings` is what a file has under the manager's name. `options` has the command-line option of each
 * setting, by path: `clients[0].id`. `stateFolderOf` returns the folder of the manager's state.
 */
export async function declareManager(
  name: string,
  settings: object,
  options: Readonly<Record<string, string>>,
  platform: Platform,
  stateFolderOf?: (manager: DesiredManager) => string,
): Promise<DesiredManager> {
  const managers = await declareManagers({ [name]: settings }, options, platform, stateFolderOf);
  return declaredManager(name, { managers });
}

/** The same for several managers, by name. */
export async function declareManagers(
  settings: Readonly<Record<string, object>>,
  options: Readonly<Record<string, string>>,
  platform: Platform,
  stateFolderOf?: (manager: DesiredManager) => string,
): Promise<ReadonlyMap<string, DesiredManager>> {
  const { env, fileSystem, cwd } = platform;
  const check = async (desired: DesiredState) => {
    const managers = [...desired.managers.values()];
    const [stateFolder] = managers.map((each) => stateFolderOf?.(each));
    const states = {
      holdsState: (folder: string) => holdsState(folder, fileSystem),
      stateFolder,
    };
    return [
      ...(await checkSinks(managers)),
      ...(await checkPlaces({ managers, inputs: [], ...states }, { env, fileSystem, cwd })),
    ];
  };
  const document = documentOf(settings);
  const { desired, diagnostics } = await loadDesiredState({
    paths: ["-"],
    cwd: platform.cwd,
    stdin: async () => document,
    fileSystem: platform.fileSystem,
    check,
  });
  const reported = diagnostics.map(unplaced).map((diagnostic) => inOptions(diagnostic, options));
  if (desired === undefined) throw new DiagnosticError(reported);
  for (const diagnostic of reported) platform.report({ type: "diagnostic", diagnostic });
  return new Map(Array.from(desired.managers, ([name, manager]) => [name, withoutAuthPosition(manager)]));
}

/** Messages must not name a place in the generated file. */
function withoutAuthPosition({ authPosition: _authPosition, ...manager }: DesiredManager): DesiredManager {
  return manager;
}

/** A fault of a setting: the setting's path below the manager's name, and a key that it does not have. */
export interface SettingFault {
  readonly diagnostic: Diagnostic;
  readonly setting?: string | undefined;
  readonly unknownKey?: string | undefined;
}

/**
 * The faults of a manager's settings by themselves: it reads no path and no variable of this machine. `options` names
 * them in messages, as in `declareManager`.
 */
export async function checkSettings(
  settings: object,
  options: Readonly<Record<string, string>>,
  { cwd, fileSystem }: Pick<Platform, "cwd" | "fileSystem">,
): Promise<readonly SettingFault[]> {
  const document = documentOf({ checked: settings });
  const { diagnostics } = await loadDesiredState({
    ...{ paths: ["-"], cwd, fileSystem, stdin: async () => document },
    check: async ({ managers }) => checkSinks([...managers.values()]),
  });
  return diagnostics
    .filter(({ code }) => !code.startsWith("variable-"))
    .map((raw) => {
      const [, setting] = [...raw.summary.matchAll(SETTING)][0] ?? [];
      const [, unknownKey] = /^unknown key `(.*?)` in /.exec(raw.summary) ?? [];
      const diagnostic = inOptions(unplaced(raw), options);
      return { diagnostic, setting: setting || undefined, unknownKey: unknownKey || undefined };
    });
}

/** As plain YAML, which is read fast: a caller may declare each of a thousand resources separately. */
function documentOf(settings: Readonly<Record<string, object>>): string {
  // Removes `undefined`, which YAML lacks.
  const managers: YamlMap = JSON.parse(JSON.stringify(settings));
  return `apiVersion: jp1im/v1\nmanagers: ${yamlFlow(managers)}\n`;
}

/** A setting of a manager in a message: its path below the manager's name. */
const SETTING = /`managers(?:\.[\w-]+|\["(?:[^"\\]|\\.)*"\])\.([^`]*)`/g;

/** A position in the generated file: `, tokyo at <stdin>:1:302`. */
const PLACE = /(?:, \S+)? at <stdin>:\d+:\d+/g;

/** Names command-line options instead of settings in the generated file. */
function inOptions(diagnostic: Diagnostic, options: Readonly<Record<string, string>>): Diagnostic {
  return {
    ...diagnostic,
    summary: diagnostic.summary
      .replace(SETTING, (text, path) => optionAt(path, options) ?? text)
      .replace(PLACE, ""),
  };
}

function optionAt(path: string, options: Readonly<Record<string, string>>): string | undefined {
  const setting = Object.keys(options).find(
    (each) => path === each || (/^[.[]/.test(path.slice(each.length)) && path.startsWith(each)),
  );
  if (setting === undefined) return undefined;
  const rest = path.slice(setting.length).replace(/^(\[\d+\])?\.?/, "");
  return rest === "" ? `${options[setting]}` : `\`${rest}\` of ${options[setting]}`;
}

/** Removes the position in the generated file. */
export function unplaced({
  position: _position,
  excerpt: _excerpt,
  address: _address,
  ...rest
}: Diagnostic): Diagnostic {
  return rest;
}
