import type { DiagnosticCode } from "./diagnostic-codes";

/** The position of a diagnostic in the desired state. Lines and columns count from 1. */
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
  /** What is wrong, with the wrong value unless it may be a secret. */
  readonly summary: string;
  /** What to do about it. */
  readonly remedy?: string | undefined;
  readonly address?: string | undefined;
  readonly position?: SourcePosition | undefined;
  /** The source lines around the position with a caret under it; left out if a line may hold a secret. */
  readonly excerpt?: string | undefined;
}

/**
 * Whether it reports that the state's server does not answer and the run retries: shown while it lasts.
 *
 * @example
 * const isShown = isServerWait(diagnostic) ? isTerminal : true;
 */
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

/**
 * The diagnostics with this place, unless they name another. There may be 200,000, and an object that is made with all
 * of its fields takes less time and memory than a copy to which some are added.
 */
export function addPlace(
  diagnostics: readonly Diagnostic[],
  place: Pick<Diagnostic, "address" | "position">,
): Diagnostic[] {
  return diagnostics.map(({ code, severity, summary, remedy, address, position, excerpt }) => ({
    code,
    severity,
    summary,
    remedy,
    address: address ?? place.address,
    position: position ?? place.position,
    excerpt,
  }));
}

/** The diagnostics of an error as warnings, for a run that continues. */
export function warningsOf({ diagnostics }: DiagnosticError): readonly Diagnostic[] {
  return diagnostics.map((each) => ({ ...each, severity: "warning" }));
}
