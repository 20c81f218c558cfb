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

/** Summaries in the message of an error. */
const MOST_SUMMARIES = 20;

/** Stops a run for reasons its user can fix: carries every diagnostic, not only the first. */
export class DiagnosticError extends Error {
  override readonly name = "DiagnosticError";
  readonly diagnostics: readonly Diagnostic[];

  constructor(diagnostics: readonly Diagnostic[], options?: ErrorOptions) {
    super(messageOf(diagnostics), options);
    this.diagnostics = diagnostics;
  }
}

/** The summaries; only the first ones, because there may be hundreds of thousands. */
function messageOf(diagnostics: readonly Diagnostic[]): string {
  const summaries = diagnostics.slice(0, MOST_SUMMARIES).map(({ summary }) => summary);
  const more = diagnostics.length - summaries.length;
  return [...summaries, ...(more > 0 ? [`and ${more} more`] : [])].join("; ");
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
  return diagnostics.map((diagnostic) => withPlace(diagnostic, place));
}

export function withPlace(
  { code, severity, summary, remedy, address, position, excerpt }: Diagnostic,
  place: Pick<Diagnostic, "address" | "position">,
): Diagnostic {
  return {
    code,
    severity,
    summary,
    remedy,
    address: address ?? place.address,
    position: position ?? place.position,
    excerpt,
  };
}

/** The diagnostics of an error as warnings, for a run that continues. */
export function warningsOf({ diagnostics }: DiagnosticError): readonly Diagnostic[] {
  return diagnostics.map((each) => ({ ...each, severity: "warning" }));
}
