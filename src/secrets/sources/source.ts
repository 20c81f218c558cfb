import type { SecretReference } from "../../model/desired-state";
import type { DiagnosticError } from "../../model/diagnostic";
import { failure } from "../../model/diagnostic";
import type { SecretValue } from "../../model/secret-value";
import type { FileSystem } from "../../platform/file-system";

/** A kind of place that secret values come from. A new one is a file here and a line in `sources.ts`. */
export interface Source {
  /** The key in the YAML. */
  readonly type: string;
  /** The place as a person reads it: `environment variable WEB01_PASSWORD`. Never a value. */
  describe(options: unknown): string;
  /** Rejects with a `DiagnosticError` (`source-unresolved`). */
  read(reference: SecretReference, context: SourceContext): Promise<SecretValue>;
}

/** The outside that sources may see. */
export interface SourceContext {
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly fileSystem: FileSystem;
}

export function unresolved(summary: string, remedy: string, cause?: unknown): DiagnosticError {
  return failure({ code: "source-unresolved", summary, remedy }, cause === undefined ? undefined : { cause });
}
