import type { Platform } from "../library/platform";
import { type ReconcileOptions, reconcile } from "../library/reconcile";
import { managerOf } from "../model/address";
import type { DesiredState } from "../model/desired-state";
import type { Diagnostic } from "../model/diagnostic";
import { diagnosticsOf } from "../model/diagnostics-of";
import type { ManagerCycle } from "../model/watch";
import { collectDiagnostics } from "./collect-diagnostics";
import { driftOf, NOTHING_FOUND, openPoints, statusOf, statusOfStopped, vanishedOf } from "./cycle-result";

/** The result of a cycle, without the time of the next one. */
export type CycleResult = Omit<ManagerCycle, "event" | "time" | "failures" | "next_at">;

/**
 * Reconciles one manager. Always resolves, even after a bug, so that the other managers continue. `undefined` if the
 * process is being stopped and nothing was done.
 */
export async function runCycle(
  options: ReconcileOptions,
  desired: DesiredState,
  platform: Platform,
): Promise<CycleResult | undefined> {
  const { clock, signal } = platform;
  const begun = clock.elapsed();
  const { platform: own, diagnostics: reported } = collectDiagnostics(platform);
  const measured = () => ({
    duration_ms: Math.round(clock.elapsed() - begun),
    lock_waits: reported.filter((each) => !isNoWait(each)).length,
  });
  try {
    const reconciled = await reconcile(options, desired, own);
    const { plan, outcome } = reconciled;
    if (signal.aborted && outcome === undefined) return undefined;
    const { create, update, replace, delete: deleted, forget, deferred, unknown, blocked } = plan.summary;
    return {
      manager: options.manager,
      status: statusOf(reconciled),
      found: { create, update, replace, delete: deleted, forget, deferred },
      drift: driftOf(reconciled),
      ...vanishedOf(plan),
      applied: outcome?.summary.applied ?? 0,
      unknown: unknown + blocked,
      unchanged: plan.summary.unchanged,
      ...measured(),
      diagnostics: distinct([
        ...reported.filter(isNoWait),
        ...plan.diagnostics.filter((each) => isAbout(each, options.manager)),
        ...(outcome?.diagnostics ?? []),
        ...openPoints(plan),
      ]),
    };
  } catch (error) {
    if (signal.aborted) return undefined;
    const stopped = diagnosticsOf(error);
    return {
      ...{ manager: options.manager, status: statusOfStopped(stopped), ...NOTHING_FOUND },
      ...measured(),
      diagnostics: distinct([
        ...reported.filter((each) => isNoWait(each) && !isSaidBy(stopped, each)),
        ...stopped,
      ]),
    };
  }
}

/** Leaves out warnings about other managers: a thousand cycles would each repeat them. */
function isAbout({ address, severity }: Diagnostic, manager: string): boolean {
  return severity === "error" || address === undefined || managerOf(address) === manager;
}

/** Leaves out waits for a lock: they are counted, and are no problem by themselves. */
function isNoWait({ code, severity }: Diagnostic): boolean {
  return code !== "state-locked" || severity === "error";
}

/** Whether a warning was followed by the same error, which stopped the cycle. */
function isSaidBy(stopped: readonly Diagnostic[], { code, severity }: Diagnostic): boolean {
  return severity === "warning" && stopped.some((each) => each.code === code);
}

function distinct(diagnostics: readonly Diagnostic[]): readonly Diagnostic[] {
  return [...new Map(diagnostics.map((each) => [JSON.stringify(each), each])).values()];
}
