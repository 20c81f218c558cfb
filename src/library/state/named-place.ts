import { completeCommands } from "../../model/complete-commands";
import { type Diagnostic, DiagnosticError } from "../../model/diagnostic";
import type { Platform } from "../platform";

/**
 * Runs work on a place that differs from the run's `-f` and `--state`, and names that place in every suggested
 * command. `state`: in the form of `--state`; absent for the place that the desired state names.
 */
export async function atNamedPlace<T>(
  state: string | undefined,
  platform: Platform,
  work: (platform: Platform) => Promise<T>,
): Promise<T> {
  const named = (each: Diagnostic): Diagnostic =>
    each.remedy === undefined || state === undefined
      ? each
      : { ...each, remedy: completeCommands(each.remedy, { state }) };
  const report: Platform["report"] = (event) =>
    platform.report(event.type === "diagnostic" ? { ...event, diagnostic: named(event.diagnostic) } : event);
  try {
    return await work({ ...platform, report });
  } catch (error) {
    if (!(error instanceof DiagnosticError)) throw error;
    throw new DiagnosticError(error.diagnostics.map(named), { cause: error.cause });
  }
}
