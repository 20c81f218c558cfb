import type { ExternalReference } from "../../model/desired-state";
import type { DiagnosticError } from "../../model/diagnostic";
import { fieldsOf, textOption } from "../../model/options";
import { SecretValue } from "../../model/secret-value";
import { GoneError } from "../port";
import {
  certificateFiles,
  describePlace,
  fieldIdentity,
  readPlace,
  type VaultPlace,
} from "../vault/settings";
import { openVault, type VaultSecret } from "../vault/vault";
import { VaultError } from "../vault/vault-error";
import { externalOf, type Source, type SourceContext, unresolved } from "./source";

/**
 * `vault: { path: secret/web01, field: password }`: a field of a KV version 2 secret in HashiCorp Vault or OpenBao.
 * A secret is read once per run, for all of its fields.
 */
export const vault: Source = {
  type: "vault",
  describe: (options) =>
    `${textOption(options, "field") ?? "nothing"} of ${describePlace(options)} in the vault`,
  read: async (reference, context) => {
    const external = externalOf(reference);
    const { place, field, version, shown } = optionsOf(external);
    const secret = await withVaultDiagnostics(() => readSecret(external, place, version, context));
    if (secret.fields?.kind !== "map") throw await absent(external, place, version, secret, context);
    const value = secret.fields.entries.get(field);
    if (value === undefined) {
      const fields = [...secret.fields.entries.keys()].slice(0, 10).join(", ") || "none";
      throw unresolved(
        `the secret at ${shown} in the vault has no field ${field}; there are: ${fields}`,
        "correct `field`",
      );
    }
    if (value.kind !== "leaf" || value.type === "null" || value.text === "") {
      throw unresolved(
        `the field ${field} of ${shown} in the vault is not a text, or empty`,
        "give it a value",
      );
    }
    return new SecretValue(value.text);
  },
  version: async (reference, context, isResolved) => {
    const { place, version } = optionsOf(reference);
    // A version with a fixed number never changes.
    const pinned = version === undefined ? undefined : { text: `pinned ${version}`, isHint: false };
    if (isResolved) {
      if (pinned) return pinned;
      const { current } = await withVaultDiagnostics(() => readSecret(reference, place, version, context));
      return current === undefined ? undefined : { text: current, isHint: false };
    }
    const key = `vault version ${keyOf(reference, place)} ${version ?? ""}`;
    const current = await withVaultDiagnostics(() =>
      context.once(key, async () => (await openVault(reference, context)).versionOf(place, version)),
    );
    if (current.gone || current.version === 0) {
      const error = await absent(reference, place, version, current, context);
      throw new GoneError(error.diagnostics);
    }
    return pinned ?? { text: current.current ?? "", isHint: false };
  },
  reads: certificateFiles,
  identity: (reference, context) => fieldIdentity(reference, textOption(reference.options, "field"), context),
  fileVariables: ["BAO_CACERT", "VAULT_CACERT"],
  server: {
    settings: (options) => {
      const { path: _path, field: _field, version: _version, ...server } = fieldsOf(options);
      return server;
    },
    settingNames: "address, namespace, ca and auth",
    describe: (options) => `the vault ${serverName(fieldsOf(options).address)}`,
  },
};

/** The server's name without a user or a password that somebody may have written into the address. */
function serverName(address: unknown): string {
  if (typeof address !== "string") return "of BAO_ADDR or VAULT_ADDR";
  return URL.canParse(address) ? `at ${new URL(address).origin}` : "at an address that is no URL";
}

/** Why a secret has no values, with a remedy. */
async function absent(
  reference: ExternalReference,
  place: VaultPlace,
  wanted: number | undefined,
  { version, gone }: Pick<VaultSecret, "version" | "gone">,
  context: SourceContext,
): Promise<DiagnosticError> {
  const shown = `${place.mount}/${place.path}`;
  if (gone === "deleted") {
    return unresolved(
      `version ${version} of ${shown} in the vault is deleted`,
      `bring it back: bao kv undelete -mount=${place.mount} -versions=${version} ${place.path}; or write a new version`,
    );
  }
  if (gone === "destroyed") {
    return unresolved(
      `version ${version} of ${shown} in the vault is destroyed, and cannot be brought back`,
      wanted === undefined ? "write a new version" : "write a new version, and correct `version`",
    );
  }
  // The server gives the same answer for a missing secret and for an engine of another kind.
  await withVaultDiagnostics(async () => (await openVault(reference, context)).requireVersion2(place));
  return unresolved(
    `the vault has nothing at ${shown}: there is no ${wanted === undefined ? "secret" : `version ${wanted}`}`,
    "check the path, which goes without `data/`, and `version`",
  );
}

function readSecret(
  reference: ExternalReference,
  place: VaultPlace,
  version: number | undefined,
  context: SourceContext,
): Promise<VaultSecret> {
  const key = `vault secret ${keyOf(reference, place)} ${version ?? ""}`;
  return context.once(key, async () => (await openVault(reference, context)).readSecret(place, version));
}

/** Identifies a secret on a server: all options except the field and the version. */
function keyOf({ options, folder }: ExternalReference, place: VaultPlace): string {
  const { address, namespace, ca, auth } = fieldsOf(options);
  return JSON.stringify([address, namespace, ca, auth, folder, place]);
}

function optionsOf({ options }: ExternalReference) {
  const place = readPlace(options);
  const field = textOption(options, "field");
  const { version } = fieldsOf(options);
  if (place === undefined || field === undefined) {
    throw unresolved(
      "vault has to name a secret and a field of it",
      "write: vault: { path: MOUNT/PATH, field: FIELD }",
    );
  }
  return {
    place,
    field,
    shown: `${place.mount}/${place.path}`,
    version: typeof version === "number" ? version : undefined,
  };
}

async function withVaultDiagnostics<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof VaultError) throw unresolved(error.message, error.remedy);
    throw error;
  }
}
