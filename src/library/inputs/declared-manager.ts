import { unknownManager } from "../../engine/unknown-manager";
import type { DesiredManager, DesiredState } from "../../model/desired-state";
import { DiagnosticError } from "../../model/diagnostic";

/** The manager that `--manager` names. Throws a `DiagnosticError` (`unknown-manager`) when it is not declared. */
export function declaredManager(name: string, { managers }: Pick<DesiredState, "managers">): DesiredManager {
  const manager = managers.get(name);
  if (manager !== undefined) return manager;
  throw new DiagnosticError([
    unknownManager(`--manager ${JSON.stringify(name)}`, name, [...managers.keys()]),
  ]);
}
