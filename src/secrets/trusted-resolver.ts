import { isDeepStrictEqual } from "node:util";
import type { ExternalReference, SecretReference } from "../model/desired-state";
import { fieldsOf } from "./options";
import { outside } from "./outside";
import type { SecretResolver } from "./port";
import { createSecretResolver } from "./resolver";
import type { Outside } from "./sources/source";
import { VaultFault } from "./vault/fetch";

export interface Trusted {
  /** Reads what is trusted, with the machine's own programs, network and environment. */
  readonly resolver: SecretResolver;
  /** The logins that may be read. */
  readonly logins: ReadonlySet<SecretReference>;
  /** Vault sources that the caller vouches for: a server may be asked in the ways that these name it. */
  readonly vaults: readonly ExternalReference[];
  /** As in `ResolverOptions`. */
  readonly projectFolder: string;
  /** Called with each reference whose vault is not asked. */
  readonly onRefused: (reference: ExternalReference) => void;
}

/**
 * Resolves the references of a desired state that nobody has reviewed. What is not trusted is read without programs,
 * without the network and without the environment, so that nothing which it names can receive anything.
 */
export function createTrustedResolver(
  { resolver, logins, vaults, projectFolder, onRefused }: Trusted,
  fileSystem: Outside["fileSystem"],
): SecretResolver {
  const unarmed = createSecretResolver({
    ...outside({ fileSystem, env: {}, ...nothingReached }),
    projectFolder,
  });
  const servers = differentServers(vaults);
  return {
    ...unarmed,
    resolve: (reference) => (logins.has(reference) ? resolver : unarmed).resolve(reference),
    version: async (reference, options) => {
      if (reference.type !== "vault" || "value" in reference) return unarmed.version?.(reference, options);
      const trusted = trustedVault(reference, servers);
      if (trusted === undefined) onRefused(reference);
      return (trusted === undefined ? unarmed : resolver).version?.(trusted ?? reference, options);
    },
  };
}

/** Lets nothing out of the machine: no program starts, and no vault answers. */
export const nothingReached: Pick<Outside, "runProgram" | "vaultFetch"> = {
  runProgram: async () => ({ end: "unstartable", errorCode: "EPERM" }),
  vaultFetch: async () => {
    throw new VaultFault("it is not trusted");
  },
};

/** The reference as it may be asked: its files and programs are those beside the trusted one. */
function trustedVault(
  reference: ExternalReference,
  servers: readonly ExternalReference[],
): ExternalReference | undefined {
  // The caller's environment alone decides where this goes, and with which token.
  if (Object.keys(serverOf(reference)).length === 0) return reference;
  const trusted = servers.find((each) => isDeepStrictEqual(serverOf(each), serverOf(reference)));
  return trusted && { ...reference, folder: trusted.folder };
}

/** Everything but which value of the server is meant. An option that is added one day belongs to the server. */
function serverOf({ options }: ExternalReference): Readonly<Record<string, unknown>> {
  const { path: _path, field: _field, version: _version, ...server } = fieldsOf(options);
  return server;
}

function differentServers(vaults: readonly ExternalReference[]): readonly ExternalReference[] {
  const servers: ExternalReference[] = [];
  for (const vault of vaults) {
    if (!servers.some((each) => isDeepStrictEqual(serverOf(each), serverOf(vault)))) servers.push(vault);
  }
  return servers;
}
