import type { Diagnostic } from "../model/diagnostic";
import { nearestTo } from "./nearest";

/** Says that a manager which somebody named is not declared, and which one was most likely meant. */
export function unknownManager(where: string, name: string, names: readonly string[]): Diagnostic {
  const nearest = nearestTo(name, names);
  const quoted = JSON.stringify(name);
  const what = where.includes(quoted) ? "no manager of this name" : `no manager ${quoted}`;
  return {
    code: "unknown-manager",
    severity: "error",
    summary: `${where}: ${what} is declared`,
    remedy:
      names.length === 0
        ? "declare it under `managers:`"
        : `declared are ${names.join(", ")}${nearest === undefined ? "" : `; did you mean ${nearest}?`}`,
  };
}
