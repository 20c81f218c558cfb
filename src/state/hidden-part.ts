import { type Diagnostic, DiagnosticError } from "../model/diagnostic";
import { suggest } from "../model/shell-command";
import { putBack } from "./log/damage";
import type { StateIdentity } from "./state-identity";
import type { Storage } from "./storage";

/** A part that was written, and that its server says is not there: hidden, or lost. */
export class HiddenPartError extends DiagnosticError {}

/** A document of something else, in the place of a part. */
export class ForeignDocumentError extends DiagnosticError {}

export function hiddenPart(manager: string, place: string): HiddenPartError {
  return new HiddenPartError([
    {
      code: "state-unreadable",
      severity: "error",
      summary: `the state has a part of ${manager}, and ${place} answers that it is not there`,
      remedy: `check that these credentials may read it: a server may give the same answer for what they may not see; if it is lost, ${putBack(manager)}; without a copy, ${suggest("state", "rm", manager)} gives it up`,
      address: manager,
    },
  ]);
}

/** Warns if there are parts, and the list that should have them is not there. */
export async function reportLostList(
  { seen, loaded }: { readonly seen: StateIdentity | undefined; readonly loaded: { readonly size: number } },
  storage: Storage,
  report: (diagnostic: Diagnostic) => void,
): Promise<void> {
  if (seen !== undefined || storage.forget === undefined || loaded.size === 0) return;
  // Another run may have begun the state meanwhile.
  if ((await storage.identity(true)) === undefined) report(lostList(storage));
}

function lostList({ location }: Storage): Diagnostic {
  return {
    code: "state-unreadable",
    severity: "warning",
    summary: `the list of the managers in ${location} is lost, or hidden: only declared managers are looked for, and the next run that takes a lock makes a new list of those that have a part`,
    remedy:
      "check that these credentials may read it; if it is lost, run `jp1im apply` with the desired state of all managers before you copy the state",
  };
}
