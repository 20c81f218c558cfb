import type { ExternalReference, SecretReference } from "../../model/desired-state";
import { fieldsOf, textOption } from "../../model/options";
import { nestedSource } from "../../model/reference-types";
import { serverIdentity } from "../../model/server-identity";
import { pathFrom } from "../path-from";

type Environment = Readonly<Record<string, string | undefined>>;

/** The address of a Vault or OpenBao server, and the login there. */
export interface VaultServer {
  /** Scheme, host, port, and a path before `/v1` if a proxy needs one; no slash at its end. */
  readonly address: string;
  readonly namespace?: string | undefined;
  /** Absolute path of a PEM file. */
  readonly ca?: string | undefined;
  readonly auth: VaultAuth;
}

export type VaultAuth =
  | { readonly method: "environment" }
  | { readonly method: "token"; readonly token: SecretReference }
  | {
      readonly method: "approle";
      readonly mount: string;
      readonly roleId: SecretReference;
      readonly secretId: SecretReference;
    };

/** A secret of a KV engine, version 2. */
export interface VaultPlace {
  readonly mount: string;
  readonly path: string;
}

/**
 * The server's settings, or why the options cannot be used. Variables of OpenBao's or Vault's own command line
 * replace absent options.
 */
export function readServer(
  { options, folder }: ExternalReference,
  env: Environment,
  cwd: string,
): VaultServer | string {
  const given = textOption(options, "address") ?? variable(env, "ADDR");
  if (!given) return "no address is known: give `address`, or set BAO_ADDR or VAULT_ADDR";
  const address = readAddress(given);
  if (address === undefined)
    return "the address has to be http:// or https:// with a host, and no user, query or fragment";
  const auth = readAuth(fieldsOf(options).auth, folder);
  if (auth === undefined)
    return "`auth` has to be `token: SOURCE` or `appRole: { roleId: SOURCE, secretId: SOURCE }`";
  // A server ignores slashes around it.
  const namespace = (textOption(options, "namespace") ?? variable(env, "NAMESPACE"))?.replace(
    /^\/+|\/+$/g,
    "",
  );
  const ca = textOption(options, "ca");
  const usual = variable(env, "CACERT");
  const path = ca !== undefined ? pathFrom(folder, ca) : usual && pathFrom(cwd, usual);
  return { address, auth, namespace: namespace || undefined, ca: path || undefined };
}

/**
 * A variable of OpenBao's command line, which reads Vault's variable if its own is unset; an empty one counts as set.
 */
export function variable(
  env: Environment,
  name: "ADDR" | "TOKEN" | "NAMESPACE" | "CACERT",
): string | undefined {
  return env[`BAO_${name}`] ?? env[`VAULT_${name}`];
}

/** `secret/web01`: the engine's mount, and the path in it; or both as separate options, if the mount has slashes. */
export function readPlace(options: unknown): VaultPlace | undefined {
  const { path } = fieldsOf(options);
  const [whole, first, rest] = typeof path === "string" ? (/^\/*([^/]+)\/(.+)$/.exec(path) ?? []) : [];
  const mount = cleanPath(whole === undefined ? textOption(path, "mount") : first);
  const below = cleanPath(whole === undefined ? textOption(path, "path") : rest);
  return mount && below ? { mount, path: below } : undefined;
}

/** The file of certificates that the options name. */
export function certificateFiles({ options, folder }: ExternalReference): readonly string[] {
  const ca = textOption(options, "ca");
  return ca === undefined ? [] : [pathFrom(folder, ca)];
}

/** The place, for messages. */
export function describePlace(options: unknown): string {
  const place = readPlace(options);
  return place === undefined ? "without a path" : `${place.mount}/${place.path}`;
}

/**
 * Identifies a field on a server, equal for all spellings. A namespace may be separate from the mount or before it,
 * because the server joins the two.
 */
export function fieldIdentity(
  reference: ExternalReference,
  field: string | undefined,
  { env, cwd }: { readonly env: Environment; readonly cwd: string },
): string | undefined {
  const place = readPlace(reference.options);
  if (place === undefined || field === undefined) return undefined;
  const server = readServer(reference, env, cwd);
  const { address = undefined, namespace = undefined } = typeof server === "string" ? {} : server;
  const mount = namespace ? `${namespace}/${place.mount}` : place.mount;
  const host = address && serverIdentity(address) + new URL(address).pathname;
  return JSON.stringify(["vault", host, mount, place.path, field]);
}

function readAddress(text: string): string | undefined {
  try {
    const { protocol, host, pathname, username, password, search, hash } = new URL(text);
    if (!/^https?:$/.test(protocol) || username || password || search || hash) return undefined;
    return `${protocol}//${host}${pathname.replace(/\/+$/, "")}`;
  } catch {
    return undefined;
  }
}

function readAuth(auth: unknown, folder: string): VaultAuth | undefined {
  if (auth === undefined) return { method: "environment" };
  const { token, appRole } = fieldsOf(auth);
  if (token !== undefined) {
    const source = nestedSource(token, folder);
    return source && { method: "token", token: source };
  }
  const roleId = nestedSource(fieldsOf(appRole).roleId, folder);
  const secretId = nestedSource(fieldsOf(appRole).secretId, folder);
  const mount = cleanPath(textOption(appRole, "mount") ?? "approle");
  return roleId && secretId && mount ? { method: "approle", mount, roleId, secretId } : undefined;
}

/** Encodes a path and keeps its slashes. */
export function encodePath(path: string): string {
  return path.split("/").map(encodeURIComponent).join("/");
}

/** Without slashes around it; `undefined` if a URL would not take every segment as a name. */
function cleanPath(text: string | undefined): string | undefined {
  const path = text?.replace(/^\/+|\/+$/g, "");
  return path?.split("/").every((step) => step !== "" && !/^\.{1,2}$/.test(step)) ? path : undefined;
}
