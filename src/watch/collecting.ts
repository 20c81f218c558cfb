import type { EngineEvent } from "../engine/context";
import type { Platform } from "../library/platform";
import type { Diagnostic } from "../model/diagnostic";

/** A platform for one piece of work: its diagnostics are collected and not reported. */
export function collecting(platform: Platform): {
  readonly platform: Platform;
  readonly diagnostics: readonly Diagnostic[];
} {
  const diagnostics: Diagnostic[] = [];
  const report = (event: EngineEvent) => {
    if (event.type === "diagnostic") diagnostics.push(event.diagnostic);
    else platform.report(event);
  };
  return { platform: { ...platform, report }, diagnostics };
}
