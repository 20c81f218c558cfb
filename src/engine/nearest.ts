import { closest, distance } from "fastest-levenshtein";

/** The candidate that somebody most likely meant by `wrong`; `undefined` where none is near. */
export function nearestTo(wrong: string, candidates: readonly string[]): string | undefined {
  if (candidates.length === 0) return undefined;
  const nearest = closest(wrong, candidates);
  return distance(nearest, wrong) <= Math.max(2, wrong.length / 3) ? nearest : undefined;
}
