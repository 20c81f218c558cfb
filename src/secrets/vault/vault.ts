import type { ExternalReference } from "../../model/desired-state";
import { SecretValue } from "../../model/secret-value";
import { fileFault } from "../../platform/file-fault";
import { describeProxy } from "../../platform/proxy";
import type { SourceContext } from "../sources/source";
import { readJson } from "../tree/read-tree";
import { entryOf, type Tree, textAt } from "../tree/tree";
import { VaultFault } from "./fetch";
import { readServer, type VaultPlace, type VaultServer } from "./settings";
import { refusal, VaultError } from "./vault-error";

/** One version of a KV secret. */
export interface VaultSecret {
  /** 0 when there never was one. */
  readonly version: number;
  /** Names that version as `currentVersion` does, where it is the current one and was not deleted. */
  readonly current?: string;
  /** Absent when the version was deleted, or there never was one. */
  readonly fields?: Tree;
}

/** One server, logged in. Every method rejects with a `VaultError`. */
export interface Vault {
  readSecret(place: VaultPlace, version?: number): Promise<VaultSecret>;
  /** Names the current version of a secret, without its values. */
  currentVersion(place: VaultPlace): Promise<string>;
  /** Writes a new version, unless the current one is no longer `version`; `fields` is JSON. */
  writeSecret(place: VaultPlace, fields: string, version: number): Promise<void>;
  /** What the token may do on a secret: `create`, `read`, `update`, `root`. */
  capabilities(place: VaultPlace): Promise<readonly string[]>;
}

type VaultContext = Omit<SourceContext, "runProgram">;

/**
 * The server that the options name, through the API of KV version 2, which Vault and OpenBao share. One login per
 * server and run.
 */
export async function openVault(reference: ExternalReference, context: VaultContext): Promise<Vault> {
  const server = readServer(reference, context.environment, context.workingFolder);
  if (typeof server === "string") throw new VaultError(`vault: ${server}`, "correct the options of `vault`");
  const key = JSON.stringify(server);
  const ca = await context.once(`vault ca ${server.ca}`, () => readCa(server, context));
  const exchange = new Exchange(server, ca, context);
  const token = await context.once(`vault login ${key}`, () => logIn(server, exchange, context));
  return new LoggedIn(exchange, token);
}

class LoggedIn implements Vault {
  readonly #exchange: Exchange;
  readonly #token: SecretValue;

  constructor(exchange: Exchange, token: SecretValue) {
    this.#exchange = exchange;
    this.#token = token;
  }

  async readSecret(place: VaultPlace, version?: number): Promise<VaultSecret> {
    const query = version === undefined ? "" : `?version=${version}`;
    const { status, answer } = await this.#send("GET", `${pathOf("data", place)}${query}`, [404]);
    const data = entryOf(answer, "data");
    const metadata = entryOf(data, "metadata");
    // A deleted version answers 404 as well, but with its metadata.
    if (status === 404) return { version: Number(textAt(metadata, "version") ?? 0) };
    const fields = entryOf(data, "data");
    const found = Number(textAt(metadata, "version"));
    if (fields?.kind !== "map" || !Number.isInteger(found)) throw this.#exchange.malformed();
    const current = version === undefined ? { current: versionText(found, metadata) } : {};
    return { version: found, ...current, fields };
  }

  async currentVersion(place: VaultPlace): Promise<string> {
    const { answer } = await this.#send("GET", pathOf("metadata", place));
    const data = entryOf(answer, "data");
    const version = textAt(data, "current_version");
    if (version === undefined) throw this.#exchange.malformed();
    return versionText(version, entryOf(entryOf(data, "versions"), version));
  }

  async writeSecret(place: VaultPlace, fields: string, version: number): Promise<void> {
    await this.#send("POST", pathOf("data", place), [], `{"options":{"cas":${version}},"data":${fields}}`);
  }

  async capabilities(place: VaultPlace): Promise<readonly string[]> {
    const path = `${place.mount}/data/${place.path}`;
    const { answer } = await this.#send(
      "POST",
      "sys/capabilities-self",
      [],
      JSON.stringify({ paths: [path] }),
    );
    const list = entryOf(answer, path) ?? entryOf(entryOf(answer, "data"), path);
    if (list?.kind !== "list") throw this.#exchange.malformed();
    return list.items.map((item) => (item.kind === "leaf" ? item.text : ""));
  }

  #send(method: "GET" | "POST", path: string, accepted: readonly number[] = [], body?: string) {
    return this.#exchange.send(method, path, accepted, body, this.#token);
  }
}

/** A secret that was removed whole and made anew counts its versions from the beginning, so the time belongs to it. */
function versionText(version: string | number, metadata: Tree | undefined): string {
  return `${version} ${textAt(metadata, "created_time") ?? ""}`;
}

/** Requests to one server, and what becomes of its answers. */
class Exchange {
  readonly #server: VaultServer;
  readonly #ca: string | undefined;
  readonly #context: VaultContext;

  constructor(server: VaultServer, ca: string | undefined, context: VaultContext) {
    this.#server = server;
    this.#ca = ca;
    this.#context = context;
  }

  async send(
    method: "GET" | "POST",
    path: string,
    accepted: readonly number[],
    body?: string,
    token?: SecretValue,
  ): Promise<{ readonly status: number; readonly answer: Tree | undefined }> {
    const { address, namespace } = this.#server;
    const ca = this.#ca;
    const request = {
      method,
      url: new URL(`${address}/v1/${path}`),
      headers: {
        "x-vault-request": "true",
        ...(namespace !== undefined && { "x-vault-namespace": namespace }),
        ...(token && { "x-vault-token": headerText(token, this.#server) }),
        ...(body !== undefined && { "content-type": "application/json" }),
      },
      ...(body !== undefined && { body }),
      ...(ca !== undefined && { ca }),
    };
    const reply = await this.#context.vaultFetch(request).catch((error) => {
      if (!(error instanceof VaultFault)) throw error;
      throw new VaultError(
        `the vault at ${address} cannot be reached: ${error.message}`,
        error.remedy ?? "check the address and the network",
      );
    });
    const isFine = (reply.status >= 200 && reply.status < 300) || accepted.includes(reply.status);
    const through = reply.proxy ? ` (through ${describeProxy(reply.proxy)})` : "";
    if (!isFine) throw refusal(reply.status, reply.body, path, `${address}${through}`);
    const answer = reply.body === "" ? undefined : readJson(reply.body);
    if (answer === undefined && reply.status === 200) throw this.malformed();
    return { status: reply.status, answer };
  }

  malformed(): VaultError {
    return new VaultError(
      `the vault at ${this.#server.address} answered something else than its API specifies`,
      "check that the address is that of Vault or OpenBao, and the mount one of KV version 2",
    );
  }
}

async function logIn(server: VaultServer, exchange: Exchange, context: VaultContext): Promise<SecretValue> {
  const { auth } = server;
  if (auth.method === "environment") {
    const token = context.environment.VAULT_TOKEN;
    if (token) return new SecretValue(token);
    throw new VaultError("vault: no token is known", "set VAULT_TOKEN, or give `auth`");
  }
  if (auth.method === "token") return context.resolve(auth.token);
  const [roleId, secretId] = await Promise.all([
    context.resolve(auth.roleId),
    context.resolve(auth.secretId),
  ]);
  const body = JSON.stringify({ role_id: roleId.reveal(), secret_id: secretId.reveal() });
  const { answer } = await exchange.send("POST", `auth/${encodePath(auth.mount)}/login`, [], body);
  const token = textAt(entryOf(answer, "auth"), "client_token");
  if (!token) throw exchange.malformed();
  return new SecretValue(token);
}

async function readCa({ ca }: VaultServer, { fileSystem }: VaultContext): Promise<string | undefined> {
  if (ca === undefined) return undefined;
  try {
    return (await fileSystem.readFile(ca)).toString("utf8");
  } catch (error) {
    throw new VaultError(
      `the certificates in ${ca} cannot be read: ${fileFault(error)}`,
      "correct `ca`, or VAULT_CACERT",
    );
  }
}

/** A header takes printable ASCII alone; a token with a line end would make the HTTP library show it. */
function headerText(token: SecretValue, { address }: VaultServer): string {
  const text = token.reveal();
  if (/^[\x21-\x7e]+$/.test(text)) return text;
  throw new VaultError(
    `the token for the vault at ${address} holds a blank or another character that no token has`,
    "correct its source",
  );
}

function pathOf(part: "data" | "metadata", { mount, path }: VaultPlace): string {
  return `${encodePath(mount)}/${part}/${encodePath(path)}`;
}

/** A path keeps its slashes. */
function encodePath(path: string): string {
  return path.split("/").map(encodeURIComponent).join("/");
}
