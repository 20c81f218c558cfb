import { issuesOf } from "../../model/declared";
import type { DesiredManager } from "../../model/desired-state";
import type { Diagnostic } from "../../model/diagnostic";
import { sinksIn } from "../../model/sinks-in";
import { sinks } from "./sinks";

/** Faults in the options of declared sinks that would otherwise show only when a secret is issued. */
export async function checkSinks(
  managers: readonly DesiredManager[],
): Promise<readonly Omit<Diagnostic, "severity" | "excerpt">[]> {
  const faults: Omit<Diagnostic, "severity" | "excerpt">[] = [];
  for (const { address, declared } of managers.flatMap(issuesOf)) {
    for (const { type, options, position = declared.position } of sinksIn(declared.deliverTo)) {
      const flaw = await sinks.get(type)?.flawIn?.(options);
      if (flaw) faults.push({ code: "out-of-range", ...flaw, address, position });
    }
  }
  return faults;
}
