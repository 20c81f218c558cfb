import type { AnswerTo } from "../model/gaps";

export interface Deletion {
  readonly has: (name: string) => boolean;
  readonly remove: (name: string) => unknown;
  readonly missing: AnswerTo<"secret-delete-missing"> | undefined;
  /** What happens to the others if one is missing. */
  readonly batch: AnswerTo<"secret-batch"> | undefined;
  /** A fault ends the batch after this many items. */
  readonly interruptAfter: number | undefined;
}

/** Deletes in the given order, and returns whether that failed. Without other rules, the first missing one ends it. */
export function deleteEach(names: readonly string[], rules: Deletion): boolean {
  const { has, remove, missing = "refused", batch = "stops", interruptAfter } = rules;
  const isLacking = missing === "refused" && names.some((name) => !has(name));
  if (isLacking && batch === "nothing") return true;
  let failed = false;
  for (const [done, name] of names.entries()) {
    if (done === interruptAfter) return true;
    if (has(name)) remove(name);
    else if (missing === "refused") failed = true;
    if (failed && batch === "stops") return true;
  }
  return failed;
}
