import type { DiagnosticCode } from "./diagnostic-codes";

/** Where in the desired state a diagnostic stands. Lines and columns count from 1. */
export interface SourcePosition {
  /** The path as the user wrote it, or `<stdin>`. */
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** One collected diagnostic. Texts begin in lower case, end without a full stop, and never hold a secret value. */
export interface Diagnostic {
  readonly code: DiagnosticCode;
  readonly severity: "error" | "warning";
  /** What is wrong, with the wrong value where it is not a secret. */
  readonly summary: string;
  /** What to do about it. */
  readonly remedy?: string;
  readonly address?: string;
  readonly position?: SourcePosition;
  /** The source lines around the position with a caret under it; left out where a line may hold a secret. */
  readonly excerpt?: string;
}

/** A server that keeps the state does not answer, and is asked again for a while: worth knowing while it lasts. */
export function isServerWait({ code, severity }: Diagnostic): boolean {
  return code === "state-unreachable" && severity === "warning";
}

/** Stops a run for reasons its user can fix: carries every diagnostic, not only the first. */
export class DiagnosticError extends Error {
  override readonly name = "DiagnosticError";
  readonly diagnostics: readonly Diagnostic[];

  constructor(diagnostics: readonly Diagnostic[], options?: ErrorOptions) {
    super(diagnostics.map((diagnostic) => diagnostic.summary).join("; "), options);
    this.diagnostics = diagnostics;
  }
}

/** Shorthand for the common case of one diagnostic. */
export function failure(diagnostic: Omit<Diagnostic, "severity">, options?: ErrorOptions): DiagnosticError {
  return new DiagnosticError([{ severity: "error", ...diagnostic }], options);
}

/** What stops a run, for one that goes on. */
export function warningsOf({ diagnostics }: DiagnosticError): readonly Diagnostic[] {
  return diagnostics.map((each) => ({ ...each, severity: "warning" }));
}
