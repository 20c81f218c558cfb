import { closest, distance } from "fastest-levenshtein";

/** The candidate that was most likely meant by `wrong`; `undefined` if none is similar. */
export function nearestTo(wrong: string, candidates: readonly string[]): string | undefined {
  if (candidates.length === 0) return undefined;
  const nearest = closest(wrong, candidates);
  return distance(nearest, wrong) <= Math.max(2, wrong.length / 3) ? nearest : undefined;
}
