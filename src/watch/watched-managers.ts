import { declaredManager } from "../library/inputs/declared-manager";
import type { DesiredState } from "../model/desired-state";
import { type Diagnostic, DiagnosticError, warningsOf } from "../model/diagnostic";

/** The scope of a watch; without either, it takes every manager. */
export interface WatchScope {
  readonly managers?: readonly string[] | undefined;
  /** Network zones, as managers declare them. */
  readonly zones?: readonly string[] | undefined;
}

/** The managers of the desired state that are in scope, sorted by name. */
export function watchedManagers({ managers, zones }: WatchScope, desired: DesiredState): readonly string[] {
  return [...desired.managers.values()]
    .filter(({ name }) => managers === undefined || managers.includes(name))
    .filter(({ zone }) => zones === undefined || (zone !== undefined && zones.includes(zone)))
    .map(({ name }) => name);
}

/**
 * Throws a `DiagnosticError` if the scope names an undeclared manager or zone. Only checked at the start: later a
 * manager or a zone may be removed from the desired state.
 */
export function requireKnownScope(scope: WatchScope, desired: DesiredState): void {
  const { managers = [], zones = [] } = scope;
  for (const name of managers) declaredManager(name, desired);
  const known = [...new Set([...desired.managers.values()].flatMap(({ zone }) => zone ?? []))].sort();
  const unknown = zones.filter((zone) => !known.includes(zone)).map((zone) => unknownZone(zone, known));
  if (unknown.length > 0) throw new DiagnosticError(unknown);
  if (managers.length > 0 && zones.length > 0 && watchedManagers(scope, desired).length === 0)
    throw new DiagnosticError([outOfZone(managers, zones)]);
}

/**
 * The same for a desired state that was loaded later: it is in force, but leaving nothing to watch may be a mistake.
 */
export function warnOfEmptyScope(scope: WatchScope, desired: DesiredState): readonly Diagnostic[] {
  if (watchedManagers(scope, desired).length > 0) return [];
  try {
    requireKnownScope(scope, desired);
    return [];
  } catch (error) {
    if (!(error instanceof DiagnosticError)) throw error;
    return warningsOf(error);
  }
}

function outOfZone(managers: readonly string[], zones: readonly string[]): Diagnostic {
  return {
    code: "nothing-matched",
    severity: "error",
    summary: `${managers.join(", ")} ${managers.length === 1 ? "is" : "are"} not in the zone ${zones.join(", ")}`,
    remedy: "give `--manager` or `--zone`, or managers of that zone",
  };
}

function unknownZone(zone: string, known: readonly string[]): Diagnostic {
  return {
    code: "nothing-matched",
    severity: "error",
    summary: `--zone ${JSON.stringify(zone)}: no manager declares this zone`,
    remedy: known.length > 0 ? `declared are ${known.join(", ")}` : "declare it as `zone:` under a manager",
  };
}
