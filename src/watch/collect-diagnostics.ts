import type { EngineEvent } from "../engine/context";
import type { Platform } from "../library/platform";
import { type Diagnostic, isServerWait } from "../model/diagnostic";

/**
 * A platform for one piece of work. It collects diagnostics instead of reporting them, except those of a wait that is
 * still going on.
 */
export function collectDiagnostics(platform: Platform): {
  readonly platform: Platform;
  readonly diagnostics: readonly Diagnostic[];
} {
  const diagnostics: Diagnostic[] = [];
  const report = (event: EngineEvent) => {
    if (event.type === "diagnostic" && !isServerWait(event.diagnostic)) diagnostics.push(event.diagnostic);
    else platform.report(event);
  };
  return { platform: { ...platform, report }, diagnostics };
}
