import { distance } from "fastest-levenshtein";
import { visible } from "../model/visible";
import type { YamlNode } from "./yaml-node";

const SHOWN_LENGTH = 80;

/** A wrong value or name for a message: between backticks, on one line, cut when long, harmless to a terminal. */
export function quote(value: unknown): string {
  const text = typeof value === "string" ? value : String(JSON.stringify(value));
  const cut = text.length > SHOWN_LENGTH ? `${text.slice(0, SHOWN_LENGTH)}…` : text;
  return `\`${visible(cut)}\``;
}

/** ` (from VARIABLE)` for a value from the environment, to append to its name; empty for any other value. */
export function variableNote(node: YamlNode): string {
  const variable = node.kind === "scalar" ? node.variable : undefined;
  return variable === undefined ? "" : ` (from the environment variable ${quote(variable)})`;
}

/** `did you mean …` when one of the candidates is close to `wrong`. */
export function suggestion(wrong: string, candidates: readonly string[]): string | undefined {
  if (wrong.length > SHOWN_LENGTH) return undefined;
  const limit = Math.max(2, Math.floor(wrong.length / 3));
  let best: string | undefined;
  let least = limit + 1;
  for (const candidate of candidates) {
    const swapped = letters(wrong) === letters(candidate) ? 1 : 0;
    const steps = distance(wrong.toLowerCase(), candidate.toLowerCase()) - swapped;
    // Two unlike words of two letters are also two steps apart.
    if (steps < least && steps < Math.max(wrong.length, candidate.length)) {
      best = candidate;
      least = steps;
    }
  }
  return best === undefined ? undefined : `did you mean ${quote(best)}?`;
}

/** The sorted letters: equal for words that differ only in the order of their letters, the most common typing error. */
function letters(word: string): string {
  return [...word.toLowerCase()].sort().join("");
}

/** `a`, `b` and `c`, each quoted. */
export function listed(names: readonly string[], word: "and" | "or"): string {
  const quoted = names.map(quote);
  const last = quoted.pop() ?? "";
  return quoted.length === 0 ? last : `${quoted.join(", ")} ${word} ${last}`;
}
