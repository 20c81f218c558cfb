import type { ExternalReference, SecretReference } from "../../model/desired-state";
import { type Diagnostic, DiagnosticError } from "../../model/diagnostic";
import type { SecretValue } from "../../model/secret-value";
import type { FileSystem } from "../../platform/file-system";
import type { RunProgram } from "../../platform/run-program";
import { withoutStackTraces } from "../../platform/without-stack-traces";
import type { SourceVersion } from "../port";
import type { VaultFetch } from "../vault/fetch";

/**
 * A type of place from which secret values come. A new type needs a file here, a line in `sources.ts`, and a row in
 * `src/model/reference-types.ts`, which says how it is written.
 */
export interface Source {
  /** The key in the YAML. */
  readonly type: string;
  /** The place, for messages: `environment variable WEB01_PASSWORD`. Never a value. */
  describe(options: unknown): string;
  /** Rejects with a `DiagnosticError` (`source-unresolved`). */
  read(reference: SecretReference, context: SourceContext): Promise<SecretValue>;
  /**
   * The value, if the run has it without reading; `null` if it is absent there, `undefined` where `read` has to tell.
   * Present if the source has no place that it might share with others.
   */
  atHand?(reference: ExternalReference, context: SourceContext): SecretValue | null | undefined;
  /**
   * Whether the value's place itself does not exist: an unset variable, a missing file. Absent if the source cannot
   * distinguish that from a failure.
   */
  isAbsent?(reference: ExternalReference, context: SourceContext): Promise<boolean>;
  /** What reading an absent value would report. Present beside `isAbsent`. */
  absence?(reference: ExternalReference, context: SourceContext): Diagnostic;
  /**
   * The options with their file in the form of `resolved`: a version belongs to a place, not to its spelling. Absent
   * if the options name no file.
   */
  placed?(reference: ExternalReference, resolved: (spelled: string) => Promise<string>): Promise<unknown>;
  /**
   * The version, which shows whether the value may have changed, without the value and without the keys to read it.
   * Absent if the source has no versions. Rejects like `read`. `isResolved`: the run also reads the value, so that a
   * source which gives both at once is asked once.
   */
  version?(
    reference: ExternalReference,
    context: SourceContext,
    isResolved: boolean,
  ): Promise<SourceVersion | undefined>;
  /** Absolute paths of the files that it reads, including its program. Absent if it reads none. */
  reads?(reference: ExternalReference): readonly string[];
  /**
   * Identifies the place of the value, equal for all spellings; `undefined` if the options name no place. Absent for
   * sources that are files, or to which no sink can write.
   */
  identity?(reference: ExternalReference, context: Pick<SecretsPlatform, "env" | "cwd">): string | undefined;
  /** Variables with the names of further files that it reads. */
  readonly fileVariables?: readonly string[];
  /** Absolute path of a file that it reads by default. Absent if there is none. */
  usualFile?(env: SecretsPlatform["env"]): string | undefined;
  /** The server with the value. Absent if the source sends no token to any server. */
  readonly server?: SourceServer;
}

/** With an unreviewed desired state, only servers are asked that a trusted one names in the same way. */
export interface SourceServer {
  /** All options except those that select a value on the server. Options that are added later belong to the server. */
  settings(options: unknown): Readonly<Record<string, unknown>>;
  /** The names of these settings, as part of a sentence. */
  readonly settingNames: string;
  /** The server, for messages: `the vault at https://vault.example`. Never a user or a password. */
  describe(options: unknown): string;
}

/** The environment that sources may use. */
export interface SourceContext extends SecretsPlatform {
  /** The value of a nested source. */
  resolve(reference: SecretReference): Promise<SecretValue>;
}

/** What a run passes to sources and sinks. */
export interface SecretsPlatform {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly fileSystem: FileSystem;
  readonly runProgram: RunProgram;
  readonly vaultFetch: VaultFetch;
  /** Waits before a retry, in milliseconds. */
  readonly pause: (ms: number) => Promise<void>;
  /**
   * Does work that several references share only once: decrypting a file, logging in. Failures are remembered, too.
   * Sources and sinks of a run share it if both get the same function.
   */
  readonly once: <T>(key: string, work: () => Promise<T>) => Promise<T>;
  /** Absolute folder that relative paths in the environment start from. */
  readonly cwd: string;
  /** Stops a source, and the check of a sink. A delivery is never stopped: the sink may have the secret already. */
  readonly signal?: AbortSignal | undefined;
}

/** Without a stack trace: a run may lack a hundred thousand values of imported secrets, which is no fault. */
export function unresolved(summary: string, remedy: string, cause?: unknown): DiagnosticError {
  const options = cause === undefined ? undefined : { cause };
  return withoutStackTraces(() => new DiagnosticError([noValue(summary, remedy)], options));
}

export function noValue(summary: string, remedy: string): Diagnostic {
  return { code: "source-unresolved", severity: "error", summary, remedy };
}

/** The options with the folder for their relative paths; a literal has neither. */
export function externalOf(reference: SecretReference): ExternalReference {
  if ("value" in reference) throw new Error("a literal has no options");
  return reference;
}
