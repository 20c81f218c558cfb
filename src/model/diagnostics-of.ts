import { type Diagnostic, DiagnosticError } from "./diagnostic";

/** A thrown value as diagnostics. Anything but a `DiagnosticError` is a bug, unless the run was being stopped. */
export function diagnosticsOf(error: unknown, signal?: AbortSignal): readonly Diagnostic[] {
  if (error instanceof DiagnosticError) return error.diagnostics;
  if (signal?.aborted) return [{ code: "cancelled", severity: "error", summary: "the run was cancelled" }];
  const what = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  return [
    {
      code: "internal",
      severity: "error",
      summary: `this is a bug in jp1im, not in what you did: ${what}`,
      remedy:
        "report it with the command, jp1im --version and what --debug adds; what was applied so far is in the state",
    },
  ];
}
