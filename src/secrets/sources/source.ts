import type { ExternalReference, SecretReference } from "../../model/desired-state";
import type { DiagnosticError } from "../../model/diagnostic";
import { failure } from "../../model/diagnostic";
import type { SecretValue } from "../../model/secret-value";
import type { FileSystem } from "../../platform/file-system";
import type { RunProgram } from "../../platform/run-program";
import { withoutStackTraces } from "../../platform/without-stack-traces";
import type { SourceVersion } from "../port";
import type { VaultFetch } from "../vault/fetch";

/**
 * A kind of place that secret values come from. A new one is a file here, a line in `sources.ts`, and a row in
 * `src/model/reference-types.ts`, which says how it is spelled.
 */
export interface Source {
  /** The key in the YAML. */
  readonly type: string;
  /** The place as a person reads it: `environment variable WEB01_PASSWORD`. Never a value. */
  describe(options: unknown): string;
  /** Rejects with a `DiagnosticError` (`source-unresolved`). */
  read(reference: SecretReference, context: SourceContext): Promise<SecretValue>;
  /**
   * Whether the value's place itself is not there: a variable that is not set, a file that does not exist. Absent where
   * that looks like a failure.
   */
  isAbsent?(reference: ExternalReference, context: SourceContext): Promise<boolean>;
  /**
   * The options with their file as `resolved` names it: a version belongs to a place, however that is spelled. Absent where
   * the options name no file.
   */
  placed?(reference: ExternalReference, resolved: (spelled: string) => Promise<string>): Promise<unknown>;
  /**
   * Tells, without the value and without what is needed to read it, whether the value may have changed. Absent where
   * the place cannot tell. Rejects as `read` does. `isResolved`: the value is read in this run as well, so that a
   * source which tells both at once need not be asked twice.
   */
  version?(
    reference: ExternalReference,
    context: SourceContext,
    isResolved: boolean,
  ): Promise<SourceVersion | undefined>;
  /** Absolute paths of the files that it reads, its program among them. Absent where it reads none. */
  reads?(reference: ExternalReference): readonly string[];
  /**
   * Names where the value is, the same for every spelling of it; `undefined` where the options name no place. Absent where
   * that is a file, or where no sink can write.
   */
  identity?(reference: ExternalReference, context: Pick<SecretsPlatform, "env" | "cwd">): string | undefined;
  /** Variables that name files which it reads as well. */
  readonly fileVariables?: readonly string[];
  /** Absolute path of a file that it reads without being told to. Absent where there is none. */
  usualFile?(env: SecretsPlatform["env"]): string | undefined;
  /** The server that holds the value. Absent where there is none, and so nothing to send a token to. */
  readonly server?: SourceServer;
}

/** For a desired state that nobody has reviewed, only a server is asked that a trusted one names in the same way. */
export interface SourceServer {
  /** Everything but which value of the server is meant. An option that is added one day belongs to the server. */
  settings(options: unknown): Readonly<Record<string, unknown>>;
  /** The names of these settings, as a part of a sentence. */
  readonly settingNames: string;
  /** The server as a person reads it: `the vault at https://vault.example`. Never a user or a password. */
  describe(options: unknown): string;
}

/** The outside that sources may see. */
export interface SourceContext extends SecretsPlatform {
  /** The value of a source inside a source's options. */
  resolve(reference: SecretReference): Promise<SecretValue>;
}

/** What a run passes to sources and sinks. */
export interface SecretsPlatform {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly fileSystem: FileSystem;
  readonly runProgram: RunProgram;
  readonly vaultFetch: VaultFetch;
  /** Waits before another try, in milliseconds. */
  readonly pause: (ms: number) => Promise<void>;
  /**
   * Does a thing that several references share once: decrypting a file, logging in. Failures stay, too. Sources and
   * sinks of a run share it where both are given the same one.
   */
  readonly once: <T>(key: string, work: () => Promise<T>) => Promise<T>;
  /** Absolute folder that relative paths in the environment start from. */
  readonly cwd: string;
}

/** A run may lack a hundred thousand values of what was imported, and is none the worse for it. */
export function unresolved(summary: string, remedy: string, cause?: unknown): DiagnosticError {
  const options = cause === undefined ? undefined : { cause };
  return withoutStackTraces(() => failure({ code: "source-unresolved", summary, remedy }, options));
}

/** Options with the folder that their paths start from; a literal has neither. */
export function externalOf(reference: SecretReference): ExternalReference {
  if ("value" in reference) throw new Error("a literal has no options");
  return reference;
}
