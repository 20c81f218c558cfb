import { isDeepStrictEqual } from "node:util";
import type { ExternalReference, SecretReference } from "../model/desired-state";
import type { SecretResolver } from "./port";
import { createSecretResolver } from "./resolver";
import { secretsPlatform } from "./secrets-platform";
import type { SecretsPlatform, SourceServer } from "./sources/source";
import { sources } from "./sources/sources";
import { VaultFault } from "./vault/fetch";

export interface Trusted {
  /** Reads trusted references, with the machine's own programs, network and environment. */
  readonly resolver: SecretResolver;
  /** The logins that may be read. */
  readonly logins: ReadonlySet<SecretReference>;
  /** Sources on servers that the caller trusts: a server may be asked with the same settings. */
  readonly servers: readonly ExternalReference[];
  /** As in `ResolverOptions`. */
  readonly projectFolder: string;
  /** Called with each reference whose server is not asked. */
  readonly onRefused: (reference: ExternalReference) => void;
}

/**
 * Resolves the references of an unreviewed desired state. It reads untrusted references without programs, network and
 * environment, so that nothing that they name can receive data.
 */
export function createTrustedResolver(
  { resolver, logins, servers: vouched, projectFolder, onRefused }: Trusted,
  fileSystem: SecretsPlatform["fileSystem"],
): SecretResolver {
  const unarmed = createSecretResolver({
    ...secretsPlatform({ fileSystem, env: {}, ...nothingReached }),
    projectFolder,
  });
  const servers = differentServers(vouched);
  const readerOf = (reference: SecretReference) => (logins.has(reference) ? resolver : unarmed);
  return {
    ...unarmed,
    resolve: (reference) => readerOf(reference).resolve(reference),
    atHand: (reference) => readerOf(reference).atHand?.(reference),
    absence: (reference) => readerOf(reference).absence?.(reference),
    version: async (reference, options) => {
      if ("value" in reference || !serverOf(reference)) return unarmed.version?.(reference, options);
      const trusted = trustedSource(reference, servers);
      if (trusted === undefined) onRefused(reference);
      return (trusted === undefined ? unarmed : resolver).version?.(trusted ?? reference, options);
    },
  };
}

/** Sends nothing out of the machine: starts no program, and asks no vault. */
export const nothingReached: Pick<SecretsPlatform, "runProgram" | "vaultFetch"> = {
  runProgram: async () => ({ end: "unstartable", errorCode: "EPERM" }),
  vaultFetch: async () => {
    throw new VaultFault("it is not trusted");
  },
};

/** The reference that may be asked, with the files and programs of the trusted one. */
function trustedSource(
  reference: ExternalReference,
  servers: readonly ExternalReference[],
): ExternalReference | undefined {
  // The caller's environment alone decides where this goes, and with which token.
  if (Object.keys(settingsOf(reference)).length === 0) return reference;
  const trusted = servers.find((each) => isSameServer(each, reference));
  return trusted && { ...reference, folder: trusted.folder };
}

/** The server of a source; `undefined` if it has none. */
export function serverOf({ type }: SecretReference): SourceServer | undefined {
  return sources.get(type)?.server;
}

function settingsOf(reference: ExternalReference): Readonly<Record<string, unknown>> {
  return serverOf(reference)?.settings(reference.options) ?? {};
}

function isSameServer(one: ExternalReference, other: ExternalReference): boolean {
  return one.type === other.type && isDeepStrictEqual(settingsOf(one), settingsOf(other));
}

function differentServers(references: readonly ExternalReference[]): readonly ExternalReference[] {
  const servers: ExternalReference[] = [];
  for (const reference of references) {
    if (!servers.some((each) => isSameServer(each, reference))) servers.push(reference);
  }
  return servers;
}
