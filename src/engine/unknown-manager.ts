import { distance } from "fastest-levenshtein";
import type { Diagnostic } from "../model/diagnostic";

/** Says that a manager which somebody named is not declared, and which one was most likely meant. */
export function unknownManager(where: string, name: string, names: readonly string[]): Diagnostic {
  const nearest = [...names].sort((a, b) => distance(a, name) - distance(b, name))[0];
  const isNear = nearest !== undefined && distance(nearest, name) <= Math.max(2, name.length / 3);
  return {
    code: "unknown-manager",
    severity: "error",
    summary: `${where}: no manager ${JSON.stringify(name)} is declared`,
    remedy:
      nearest === undefined
        ? "declare it under `managers:`"
        : `declared are ${names.join(", ")}${isNear ? `; did you mean ${nearest}?` : ""}`,
  };
}
