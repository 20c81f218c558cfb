import type { Diagnostic } from "../model/diagnostic";
import { nearestTo } from "./nearest";

/** A manager that somebody named is not declared. `meant` is what it most likely stands for. */
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
