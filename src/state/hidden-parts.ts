import { type Diagnostic, failure } from "../model/diagnostic";
import { putBack } from "./log/damage";
import type { Storage } from "./storage";

/** What is wrong with those of the managers' parts that were written, and that the place says are not there. */
export async function hiddenParts(
  storage: Storage,
  isThere: { has(manager: string): boolean },
  managers?: Iterable<string>,
): Promise<readonly Diagnostic[]> {
  if (storage.hasBegun === undefined) return [];
  const hidden: Diagnostic[] = [];
  for (const manager of managers ?? (await storage.managers()))
    if (!isThere.has(manager) && (await storage.hasBegun(manager)))
      hidden.push(...hiddenPart(manager, storage));
  return hidden;
}

function hiddenPart(manager: string, storage: Storage): readonly Diagnostic[] {
  return failure({
    code: "state-unreadable",
    summary: `the state has a part of ${manager}, and ${storage.describe(manager)} answers that it is not there`,
    remedy: `check that these credentials may read it, as a server may say so of what they may not see; if it is lost, ${putBack(manager)}`,
    address: manager,
  }).diagnostics;
}
