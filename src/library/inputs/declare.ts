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
 * One manager that the command line declares, checked like any of a file; relative paths start from the working
 * folder. `settings` is what a file has under the manager's name, and `options` which option of the command line each of
 * them comes from, by its path: `clients[0].id`. `stateFolderOf` says where the manager's state is kept.
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

/** The same of several managers, by their names. */
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
      ...(stateFolder !== undefined && { stateFolder }),
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
  const found = diagnostics.map(unplaced).map((diagnostic) => inOptions(diagnostic, options));
  if (desired === undefined) throw new DiagnosticError(found);
  for (const diagnostic of found) platform.report({ type: "diagnostic", diagnostic });
  return desired.managers;
}

/** What is wrong with a setting: of which one, by its path below the manager's name, and of which key that it does not have. */
export interface SettingFault {
  readonly diagnostic: Diagnostic;
  readonly setting?: string;
  readonly unknownKey?: string;
}

/**
 * What is wrong with settings of a manager as such: no path and no variable of this machine is looked at. `options` names them in
 * messages, as in `declareManager`.
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
    .map((found) => {
      const [, setting] = [...found.summary.matchAll(SETTING)][0] ?? [];
      const [, unknownKey] = /^unknown key `(.*?)` in /.exec(found.summary) ?? [];
      const diagnostic = inOptions(unplaced(found), options);
      return { diagnostic, ...(setting && { setting }), ...(unknownKey && { unknownKey }) };
    });
}

/** As plain YAML: that has a reader of its own, and a caller may declare each of a thousand resources by itself. */
function documentOf(settings: Readonly<Record<string, object>>): string {
  // Without what is undefined, of which YAML knows nothing.
  const managers: YamlMap = JSON.parse(JSON.stringify(settings));
  return `apiVersion: jp1im/v1\nmanagers: ${yamlFlow(managers)}\n`;
}

/** A setting of a manager as messages name it: its path below the manager's name. */
const SETTING = /`managers(?:\.[\w-]+|\["(?:[^"\\]|\\.)*"\])\.([^`]*)`/g;

/** Where something stands in a file that nobody wrote: `, tokyo at <stdin>:1:302`. */
const PLACE = /(?:, \S+)? at <stdin>:\d+:\d+/g;

/** With the options of the command line in the place of settings in a file that nobody wrote. */
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

/** Without its place in a file that nobody wrote. */
export function unplaced({
  position: _position,
  excerpt: _excerpt,
  address: _address,
  ...rest
}: Diagnostic): Diagnostic {
  return rest;
}
