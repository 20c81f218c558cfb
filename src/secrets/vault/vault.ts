import type { ExternalReference } from "../../model/desired-state";
import type { SecretValue } from "../../model/secret-value";
import { remedyForFile } from "../../model/shell-command";
import { fileFault } from "../../platform/file-fault";
import { LARGEST_SMALL_FILE } from "../../platform/file-system";
import { certificateFault } from "../../platform/pem-file";
import type { SourceContext } from "../sources/source";
import { entryOf, type Tree, textAt } from "../tree/tree";
import { type VaultCall, VaultExchange } from "./exchange";
import { logIn } from "./log-in";
import { requireVersion2 } from "./mount";
import { encodePath, readServer, type VaultPlace, type VaultServer } from "./settings";
import { tokenFault } from "./token-fault";
import { VaultError } from "./vault-error";

/** One version of a KV secret. */
export interface VaultSecret {
  /** 0 if there never was one. */
  readonly version: number;
  /** The text of this version, if it is the current one and was not deleted. */
  readonly current?: string;
  /** Absent if the version was deleted or destroyed, or if there never was one. */
  readonly fields?: Tree;
  readonly gone?: Gone | undefined;
}

/** A deleted version can be undeleted; a destroyed one cannot. */
export type Gone = "deleted" | "destroyed";

/** One server, logged in. Every method rejects with a `VaultError`. */
export interface Vault {
  readSecret(place: VaultPlace, version?: number): Promise<VaultSecret>;
  /** The metadata of a version, by default the current one, without its values. */
  versionOf(place: VaultPlace, version?: number): Promise<Omit<VaultSecret, "fields">>;
  /** Writes a new version, unless the current one is no longer `version`; `fields` is JSON. */
  writeSecret(place: VaultPlace, fields: string, version: number): Promise<void>;
  /** What the token may do on a secret: `create`, `read`, `update`, `root`. */
  capabilities(place: VaultPlace): Promise<readonly string[]>;
  /** Rejects if the place is not in an engine of KV version 2. */
  requireVersion2(place: VaultPlace): Promise<void>;
  /** Runs pieces of work on one secret one after the other, for all references. */
  inTurn<T>(place: VaultPlace, work: () => Promise<T>): Promise<T>;
}

type VaultContext = Omit<SourceContext, "runProgram">;

/** The server that the options name, through the API of KV version 2, which Vault and OpenBao share. */
export async function openVault(reference: ExternalReference, context: VaultContext): Promise<Vault> {
  const server = readServer(reference, context.env, context.cwd);
  if (typeof server === "string") throw new VaultError(`vault: ${server}`, "correct the options of `vault`");
  const { address, namespace, ca, auth } = server;
  const exchange = await context.once(
    `vault exchange ${JSON.stringify([address, namespace, ca])}`,
    async () => new VaultExchange(server, await readCa(server, context), context),
  );
  return new VaultSession(exchange, await logIn(exchange, auth, context));
}

class VaultSession implements Vault {
  readonly #exchange: VaultExchange;
  readonly #token: SecretValue;

  constructor(exchange: VaultExchange, token: SecretValue) {
    this.#exchange = exchange;
    this.#token = token;
  }

  async readSecret(place: VaultPlace, version?: number): Promise<VaultSecret> {
    const query = version === undefined ? "" : `?version=${version}`;
    const path = `${pathOf("data", place)}${query}`;
    const { status, answer } = await this.#send({ method: "GET", path, accepted: [404] });
    const data = entryOf(answer, "data");
    const metadata = entryOf(data, "metadata");
    const newest = Number(textAt(metadata, "version") ?? 0);
    // A deleted version answers 404 as well, but with its metadata.
    if (status === 404)
      return { version: newest, gone: newest > 0 ? (goneOf(metadata) ?? "deleted") : undefined };
    const fields = entryOf(data, "data");
    if (fields?.kind !== "map" || !Number.isInteger(newest)) throw this.#exchange.malformed();
    const current = version === undefined ? { current: versionText(newest, metadata) } : {};
    return { version: newest, ...current, fields };
  }

  async versionOf(place: VaultPlace, version?: number): Promise<Omit<VaultSecret, "fields">> {
    const path = pathOf("metadata", place);
    const { status, answer } = await this.#send({ method: "GET", path, accepted: [404] });
    if (status === 404) return { version: 0 };
    const data = entryOf(answer, "data");
    const wanted = version ?? textAt(data, "current_version");
    if (wanted === undefined) throw this.#exchange.malformed();
    const metadata = entryOf(entryOf(data, "versions"), `${wanted}`);
    const gone = goneOf(metadata);
    return { version: Number(wanted), current: versionText(wanted, metadata), gone };
  }

  async writeSecret(place: VaultPlace, fields: string, version: number): Promise<void> {
    const body = `{"options":{"cas":${version}},"data":${fields}}`;
    const { answer } = await this.#send({ method: "POST", path: pathOf("data", place), body });
    // Version 1 accepts any body at any path, and answers with nothing.
    if (textAt(entryOf(answer, "data"), "version") !== undefined) return;
    throw new VaultError(
      `the vault at ${this.#exchange.server.address} took what was written to ${place.mount}/data/${place.path} as another engine than KV version 2 does`,
      "use a KV version 2 mount, and remove what was written there",
      200,
    );
  }

  async capabilities(place: VaultPlace): Promise<readonly string[]> {
    const path = `${place.mount}/data/${place.path}`;
    const body = JSON.stringify({ paths: [path] });
    const { answer } = await this.#send({ method: "POST", path: "sys/capabilities-self", body });
    const list = entryOf(answer, path) ?? entryOf(entryOf(answer, "data"), path);
    if (list?.kind !== "list") throw this.#exchange.malformed();
    return list.items.map((item) => (item.kind === "leaf" ? item.text : ""));
  }

  requireVersion2(place: VaultPlace): Promise<void> {
    return requireVersion2(this.#exchange, this.#token, place);
  }

  inTurn<T>({ mount, path }: VaultPlace, work: () => Promise<T>): Promise<T> {
    return this.#exchange.inTurn(`${mount}/${path}`, work);
  }

  async #send(call: VaultCall) {
    try {
      return await this.#exchange.send({ ...call, token: this.#token });
    } catch (error) {
      const isRefused = error instanceof VaultError && error.status === 403;
      throw (isRefused ? await tokenFault(this.#exchange, this.#token) : undefined) ?? error;
    }
  }
}

/**
 * The version with its creation time, because a secret that was removed and created again counts its versions from 1.
 */
function versionText(version: string | number, metadata: Tree | undefined): string {
  return `${version} ${textAt(metadata, "created_time") ?? ""}`;
}

/** Why a version is gone. A version with a time to live has a deletion time in the future. */
function goneOf(metadata: Tree | undefined): Gone | undefined {
  if (textAt(metadata, "destroyed") === "true") return "destroyed";
  const deletion = textAt(metadata, "deletion_time");
  return deletion && Date.parse(deletion) <= Date.now() ? "deleted" : undefined;
}

async function readCa({ ca }: VaultServer, { fileSystem }: VaultContext): Promise<string | undefined> {
  if (ca === undefined) return undefined;
  const bytes = await fileSystem.readFile(ca, LARGEST_SMALL_FILE).catch((error) => {
    throw new VaultError(
      `the certificates in ${ca} cannot be read: ${fileFault(error)}`,
      "correct `ca`, or BAO_CACERT or VAULT_CACERT",
    );
  });
  const fault = certificateFault(bytes);
  if (fault === undefined) return bytes.toString("utf8");
  throw new VaultError(
    `${ca}, which \`ca\`, BAO_CACERT or VAULT_CACERT names, ${fault.why}`,
    remedyForFile(fault.remedy, ca),
  );
}

function pathOf(part: "data" | "metadata", { mount, path }: VaultPlace): string {
  return `${encodePath(mount)}/${part}/${encodePath(path)}`;
}
