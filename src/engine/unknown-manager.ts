import type { Diagnostic } from "../model/diagnostic";
import { nearestTo } from "./nearest";

/** The diagnostic for a named manager that is not declared. `meant` is the declared name that was most likely meant. */
export function unknownManager(
  where: string,
  name: string,
  names: readonly string[],
  meant = nearestTo(name, names),
): Diagnostic {
  const quoted = JSON.stringify(name);
  const what = where.includes(quoted) ? "no manager of this name" : `no manager ${quoted}`;
  return {
    code: "unknown-manager",
    severity: "error",
    summary: `${where}: ${what} is declared`,
    remedy:
      names.length === 0
        ? "declare it under `managers:`"
        : `declared are ${names.join(", ")}${meant === undefined ? "" : `; did you mean ${meant}?`}`,
  };
}
