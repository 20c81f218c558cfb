import type { ManagerSettings } from "../../api/connect";
import type { ManagerPort, OnWrite } from "../../api/port";
import { loginOf } from "../../model/declared";
import type { Auth, DesiredManager, DesiredState, Tls } from "../../model/desired-state";
import { addPlace, DiagnosticError, failure, type SourcePosition } from "../../model/diagnostic";
import { Limits } from "../../model/limits";
import { remedyForFile } from "../../model/shell-command";
import { fileFault } from "../../platform/file-fault";
import { LARGEST_SMALL_FILE } from "../../platform/file-system";
import type { ForeignFile } from "../../platform/foreign-file";
import { certificateFault, privateKeyFault } from "../../platform/pem-file";
import { type HttpProxy, ProxySettingError, type Route, routeTo } from "../../platform/proxy";
import type { SecretResolver } from "../../secrets/port";
import type { Platform } from "../platform";

/** The connections of one run, opened on demand and closed together. */
export interface Connections {
  /** Returns the same port for the same name. */
  connect(manager: string): Promise<ManagerPort>;
  close(): Promise<void>;
}

export function connections(
  desired: DesiredState,
  secrets: SecretResolver,
  parallelism: number,
  platform: Platform,
  onWrite?: OnWrite,
): Connections {
  const ports = new Map<string, Promise<ManagerPort>>();
  const open = async (name: string): Promise<ManagerPort> => {
    const manager = desired.managers.get(name);
    if (!manager) throw new Error(`no manager ${name} is declared`);
    const { clock, random, signal, abandoned, report } = platform;
    // The HTTP client costs a tenth of a second to load, and `validate` or `state` never need it.
    const { connectManager } = await import("../../api/connect.js");
    return connectManager(await settingsOf(manager, secrets, platform), {
      parallelism,
      clock,
      random,
      signal,
      abandoned,
      timeouts: platform.timeouts,
      transport: platform.transport?.(manager),
      onRetry: ({ attempt, reason, request }) =>
        report({ type: "retry", address: name, attempt, reason: `${request}: ${reason}` }),
      onWrite,
      onExchange: report,
    });
  };
  return {
    connect(name) {
      const port = ports.get(name) ?? open(name);
      ports.set(name, port);
      return port;
    },
    close: async () => {
      // A failure to open one was already reported to its caller.
      const opened = await Promise.allSettled(ports.values());
      await Promise.all(opened.map((each) => (each.status === "fulfilled" ? each.value.close() : undefined)));
    },
  };
}

/** The connection settings and credentials of a manager. */
export async function settingsOf(
  manager: DesiredManager,
  secrets: SecretResolver,
  platform: Platform,
): Promise<ManagerSettings> {
  const { proxy } = routeOf(manager, platform);
  const credentials = await credentialsOf(manager, manager.auth, secrets);
  return { ...(await reachOf(manager, proxy, platform)), credentials };
}

/** The connection settings of a manager, without its credentials. */
export async function reachOf(
  manager: DesiredManager,
  proxy: HttpProxy | undefined,
  platform: Platform,
): Promise<Omit<ManagerSettings, "credentials">> {
  const { name, url, tls, authPosition } = manager;
  return {
    ...{ name, url },
    authDeclaredAt: authPosition && `${authPosition.file}:${authPosition.line}:${authPosition.column}`,
    tls: tls && (await readTls(manager, tls, platform)),
    proxy,
  };
}

/** The route of requests to a manager. */
export function routeOf(
  { name, url, proxy, position }: Subject & Pick<DesiredManager, "url" | "proxy">,
  platform: Platform,
): Route {
  try {
    const route = routeTo(new URL(url), platform.env, proxy);
    platform.report({ type: "route", address: `${name} (${url})`, route: route.description });
    return route;
  } catch (error) {
    if (!(error instanceof ProxySettingError)) throw error;
    const { message: summary, remedy } = error;
    throw failure({
      code: "manager-unreachable",
      summary,
      remedy,
      address: name,
      position,
    });
  }
}

/** The credentials for a manager. */
export async function credentialsOf(manager: DesiredManager, auth: Auth, secrets: SecretResolver) {
  const reference = loginOf(auth);
  const value = await secrets.resolve(reference).catch((error) => {
    if (!(error instanceof DiagnosticError)) throw error;
    const place = { address: `${manager.name}/auth`, position: manager.authPosition ?? manager.position };
    throw new DiagnosticError(addPlace(error.diagnostics, place));
  });
  if (auth.method === "initial-secret") return { method: auth.method, secret: value };
  const refused = value.refusal(Limits.passwordBytes);
  if (refused) throw passwordRefused(manager, refused, secrets.describe?.(reference));
  return { method: auth.method, user: auth.user, password: value };
}

/** The owner of settings: a manager, or another server with the same settings. */
export type Subject = Pick<DesiredManager, "name"> & { readonly position?: SourcePosition | undefined };

/** The files of `tls`. Rejects with a `DiagnosticError` (`file-unreadable`). */
export async function readTls(manager: Subject, tls: Tls, platform: Platform) {
  const read = async (setting: "ca" | "cert" | "key", path: string | undefined) => {
    if (path === undefined) return {};
    const bytes = await platform.fileSystem.readFile(path, LARGEST_SMALL_FILE).catch((error) => {
      throw unreadable(manager, setting, path, error);
    });
    const fault = setting === "key" ? privateKeyFault(bytes) : certificateFault(bytes);
    if (fault !== undefined) throw unusable(manager, setting, path, fault);
    return { [setting]: bytes };
  };
  const parts = await Promise.all([read("ca", tls.ca), read("cert", tls.cert), read("key", tls.key)]);
  return Object.assign({ insecure: tls.insecure ?? false }, ...parts);
}

function passwordRefused(manager: DesiredManager, why: string, source: string | undefined): DiagnosticError {
  return failure({
    code: "secret-refused",
    summary: `the password of ${manager.name}${source === undefined ? "" : ` (${source})`} cannot be one of a JP1 user: ${why}`,
    remedy: "passwords have up to 32 bytes; correct the value at its source",
    address: `${manager.name}/auth`,
    position: manager.authPosition ?? manager.position,
  });
}

function unusable(
  { name, position }: Subject,
  setting: string,
  path: string,
  { why, remedy }: ForeignFile,
): DiagnosticError {
  return failure({
    code: "file-unreadable",
    summary: `tls.${setting} of ${name} cannot be used: ${path} ${why}`,
    remedy: remedyForFile(remedy, path),
    address: name,
    position,
  });
}

function unreadable(
  { name, position }: Subject,
  setting: string,
  path: string,
  cause: unknown,
): DiagnosticError {
  return failure(
    {
      code: "file-unreadable",
      summary: `tls.${setting} of ${name} cannot be read: ${path}: ${fileFault(cause)}`,
      remedy: "name a regular file; a relative path starts from the folder of the file that names it",
      address: name,
      position,
    },
    { cause },
  );
}
