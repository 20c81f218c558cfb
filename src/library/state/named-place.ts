import { completeCommands } from "../../model/complete-commands";
import { type Diagnostic, DiagnosticError } from "../../model/diagnostic";
import type { Platform } from "../platform";

/**
 * Does work on a place that the run's own `-f` and `--state` do not find: every command that a message of it suggests names that place.
 * `state`: as `--state` takes it; absent for the place that the desired state names.
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
