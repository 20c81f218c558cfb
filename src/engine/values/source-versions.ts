import { hash } from "node:crypto";
import type { SecretReference } from "../../model/desired-state";
import { DiagnosticError } from "../../model/diagnostic";
import { GoneError, type SecretResolver, type SourceVersion } from "../../secrets/port";

/** The versions of a run's sources, by reference; sources without versions are absent. */
export type SourceVersions = ReadonlyMap<SecretReference, SourceVersion>;

/**
 * The version behind a reference. A source that cannot be asked counts as one without versions, because a version is
 * useful but never required. If the value is not read, a source that knows that it has no value rejects. `isResolved`
 * as in `SecretResolver.version`.
 */
export async function versionOf(
  reference: SecretReference,
  resolver: SecretResolver,
  isResolved: boolean,
): Promise<SourceVersion | undefined> {
  try {
    return await resolver.version?.(reference, { isResolved });
  } catch (error) {
    if (error instanceof DiagnosticError && (isResolved || !(error instanceof GoneError))) return undefined;
    throw error;
  }
}

/**
 * Digests of source versions, as plans show them and the state keeps them. They are bound to the state's lineage and to
 * an address, so that two keys or agents with one source show nothing of it. They need no key, so
 * that a run without secrets can compare them. A version must therefore not help to guess the value (`SourceVersion`).
 */
export class VersionDigests {
  readonly #lineage: () => string;

  /** Each call asks for the lineage, because a state gets it with its first write. */
  constructor(lineage: () => string) {
    this.#lineage = lineage;
  }

  /** 66 bits in base64url: a new version is overlooked once in 10^19 times. */
  of(address: string, { text }: SourceVersion): string {
    return digest("version", [this.#lineage(), address, text]);
  }

  /** Over the versions of one block of secrets. */
  static block(entries: Iterable<readonly [key: string, version: SourceVersion | undefined]>): string {
    const texts = [...entries].sort(([a], [b]) => (a < b ? -1 : 1));
    return digest(
      "block",
      texts.flatMap(([key, version]) => [key, version?.text ?? null]),
    );
  }

  /** Over the blocks of one agent. */
  agent(address: string, blocks: readonly string[]): string {
    return digest("agent", [this.#lineage(), address, ...blocks]);
  }
}

const KEPT_CHARACTERS = 11;

function digest(domain: string, parts: readonly (string | null)[]): string {
  return hash("sha256", JSON.stringify([domain, ...parts]), "base64url").slice(0, KEPT_CHARACTERS);
}
