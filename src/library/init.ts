import { resolve } from "node:path";
import { ManagerError } from "../api/manager-error";
import type { ManagerPort } from "../api/port";
import type { Imported } from "../model/adoption";
import { requireNotCancelled } from "../model/cancelled";
import type { DesiredManager } from "../model/desired-state";
import { type Diagnostic, DiagnosticError, failure } from "../model/diagnostic";
import { isSameHost } from "../model/host";
import type { Unplanned } from "../model/plan";
import type { Project } from "../model/project";
import { createSecretResolver } from "../secrets/resolver";
import type { YamlMap } from "../yaml/yaml-text";
import { type Exported, exportManager } from "./export";
import { importResources } from "./import";
import { connectionText, DESIRED_FILE, projectFiles, removeMade, writeFiles } from "./init/project-files";
import { settingsOf as connectionSettings, connections, reachOf } from "./inputs/connect-declared";
import { declareManager, unplaced } from "./inputs/declare";
import { proveLogin } from "./inputs/prove-login";
import { secretsPlatformOf } from "./inputs/secrets-platform";
import { diagnosticsOfFault } from "./manager-diagnostic";
import type { Platform } from "./platform";
import { findStateKey, keepStateKey } from "./state/state-key";
import { placeAt } from "./state/state-place";

export interface InitOptions {
  /** URL of the manager: `https://host:port`. */
  readonly url: string;
  /** The manager's own host name, as its agents name it. */
  readonly host: string;
  readonly user: string;
  /** Name of the environment variable with the password. */
  readonly passwordEnv: string;
  /** Name of the manager in the desired state; by default derived from the host. */
  readonly name?: string | undefined;
  /** Path of a PEM file with the CA for the manager's certificate. */
  readonly ca?: string | undefined;
  /** Also declare and import what the manager has. */
  readonly fromManager?: boolean | undefined;
}

export interface Initialised extends Project {
  /** Faults after the files were written. */
  readonly diagnostics: readonly Diagnostic[];
}

const STATE_FOLDER = ".jp1im";

/**
 * Creates a desired state in the working folder: proves the login, and writes `jp1im.yaml`, `.gitignore` and a state
 * key. It replaces no file and only reads from the manager. For invalid options, a failed login, and files in the
 * way, it throws a `DiagnosticError` and writes nothing.
 *
 * @example
 * const login = { user: "jp1admin", passwordEnv: "TOKYO_PASSWORD" };
 * await initProject({ url: "https://immhost01:20703", host: "immhost01", ...login }, createPlatform());
 */
export async function initProject(options: InitOptions, platform: Platform): Promise<Initialised> {
  requireVariableName(options.passwordEnv);
  const name = options.name ?? nameFrom(options.host);
  const settings = settingsOf(options);
  const text = connectionText(name, settings);
  let exported: Exported | undefined;
  const desired = function* () {
    yield text;
    for (const document of exported?.documents ?? []) yield* ["---\n", ...document.text()];
  };
  // Everything that may fail comes before the first write.
  const files = await projectFiles(desired, [STATE_FOLDER], platform);
  const manager = await declareManager(name, settings, OPTIONS, platform);
  const folder = resolve(platform.cwd, STATE_FOLDER);
  const key = await findStateKey(placeAt(folder, platform), platform);
  await tryLogin(manager, platform);
  const quiet = withoutDiagnostics(platform);
  if (options.fromManager) {
    const stdin = async () => Buffer.from(text);
    exported = await exportManager({ files: ["-"], manager: name }, { ...quiet, stdin });
  }
  requireNotCancelled(platform.signal);
  const written = await writeFiles(files, platform);
  await keepStateKey(key, platform).catch(async (error) => {
    await removeMade([...written, `${STATE_FOLDER}/.gitignore`], platform);
    await platform.fileSystem.removeFolder(folder).catch(() => undefined);
    throw error;
  });
  const made = {
    manager: name,
    files: key.origin === "new" ? [...written, `${STATE_FOLDER}/state.key`] : written,
  };
  if (exported === undefined) return { ...made, unknown: [], diagnostics: [] };
  return { ...made, ...(await takeOver(exported, quiet)) };
}

/**
 * What is wrong with the options given so far, and with the working folder. Asks no manager and writes nothing; an option
 * that is missing is no fault yet.
 *
 * @example
 * await checkInit({ url: "htps://immhost01" }, createPlatform()); // [{ code: "out-of-range", … }]
 */
export async function checkInit(
  given: Partial<InitOptions>,
  platform: Platform,
): Promise<readonly Diagnostic[]> {
  const options = { ...COMPLETE, ...given };
  const quiet = withoutDiagnostics(platform);
  try {
    requireVariableName(options.passwordEnv);
    await projectFiles(() => [], [STATE_FOLDER], quiet);
    const manager = await declareManager("manager", settingsOf(options), OPTIONS, quiet);
    const secrets = createSecretResolver(secretsPlatformOf(quiet));
    await (given.passwordEnv === undefined
      ? reachOf(manager, undefined, quiet)
      : connectionSettings(manager, secrets, quiet));
    return [];
  } catch (error) {
    return diagnosticsOfFault(error).map(unplaced);
  }
}

/** Stands for options that are not given yet. */
const COMPLETE = {
  ...{ url: "https://immhost01:20703", host: "immhost01" },
  ...{ user: "jp1admin", passwordEnv: "JP1_PASSWORD" },
};

/** The command-line option for each setting. */
const OPTIONS = {
  ...{ url: "--url", host: "--host", "tls.ca": "--ca" },
  ...{ "auth.user": "--user", "auth.password": "--password-env" },
};

function settingsOf({ url, host, user, passwordEnv, ca }: InitOptions): YamlMap {
  const auth = { user, password: { env: passwordEnv } };
  return { url, host, auth, ...(ca !== undefined && { tls: { ca } }) };
}

/** Does not repeat the value: the user may have typed the password itself. */
function requireVariableName(text: string): void {
  if (/^[A-Za-z_][A-Za-z0-9_]*$/.test(text)) return;
  throw failure({
    code: "usage",
    summary: "the value of --password-env is not the name of an environment variable",
    remedy: "put the password into a variable, and name that: --password-env TOKYO_PASSWORD",
  });
}

/** A valid manager name. */
function nameFrom(host: string): string {
  const name = host.replace(/[^A-Za-z0-9._-]+/g, "-").replace(/^[^A-Za-z0-9]+/, "");
  return name === "" ? "manager" : name.slice(0, 100);
}

async function tryLogin(manager: DesiredManager, platform: Platform): Promise<void> {
  const managers = new Map([[manager.name, manager]]);
  const secrets = createSecretResolver(secretsPlatformOf(platform));
  const { connect, close } = connections({ managers, inputs: [] }, secrets, 1, platform);
  try {
    const port = await connect(manager.name);
    await proveLogin(port, "session");
    const diagnostic = await strangeHost(manager.host, port);
    if (diagnostic) platform.report({ type: "diagnostic", diagnostic });
  } catch (error) {
    // The file of its position is not written yet.
    throw new DiagnosticError(diagnosticsOfFault(error).map(unplaced));
  } finally {
    await close();
  }
}

/** Imports what was declared. The files stay, even if that fails. */
async function takeOver(
  { counts, unknown, diagnostics }: Exported,
  platform: Platform,
): Promise<Omit<Initialised, "manager" | "files">> {
  const declared = counts.clients + counts.lower_managers + counts.secrets;
  try {
    const taken = await importResources({ files: [DESIRED_FILE], addresses: [] }, platform);
    const imported = taken.imported.reduce((sum, { names }) => sum + names.length, 0);
    return {
      ...{ declared, imported, unknown: together(unknown, taken) },
      diagnostics: [...diagnostics, ...taken.diagnostics],
    };
  } catch (error) {
    return { declared, imported: 0, unknown, diagnostics: [...diagnostics, ...diagnosticsOfFault(error)] };
  }
}

function together(unknown: readonly Unplanned[], taken: Imported): readonly Unplanned[] {
  const addresses = new Set(unknown.map(({ address }) => address));
  return [...unknown, ...taken.unknown.filter(({ address }) => !addresses.has(address))];
}

/** Drops diagnostics, because the following steps would report the same settings again. */
function withoutDiagnostics(platform: Platform): Platform {
  return {
    ...platform,
    report: (event) => (event.type === "diagnostic" ? undefined : platform.report(event)),
  };
}

/**
 * Warns if the manager's own agents report to another host than the given one: then no declared agent would be found.
 */
async function strangeHost(host: string, port: ManagerPort): Promise<Diagnostic | undefined> {
  try {
    const [answer, lower] = await Promise.all([port.listAgents(), port.listLowerManagers()]);
    const agents = answer.complete ? answer.value : answer.partial;
    const own = new Set(agents.map(({ managerHost }) => managerHost));
    const hosts = [...own].filter((each) => !lower.some((below) => isSameHost(below, each))).sort();
    if (hosts.length === 0 || hosts.some((each) => isSameHost(each, host))) return undefined;
    return {
      ...{ code: "likely-mistake", severity: "warning" },
      summary: `the manager's agents report to ${hosts.join(", ")}, and its host is given as ${host}`,
      remedy: "correct `host` in jp1im.yaml, unless those are hosts of lower managers",
    };
  } catch (error) {
    // A user who may see neither agents nor lower managers gets the diagnostic from the check that needs them.
    if (error instanceof ManagerError) return undefined;
    throw error;
  }
}
