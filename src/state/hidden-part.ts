import { type Diagnostic, DiagnosticError } from "../model/diagnostic";
import { suggest } from "../model/shell-command";
import { putBack } from "./log/damage";
import type { Storage } from "./storage";

/** A part that was written, and that its server says is not there: hidden, or lost. */
export class HiddenPartError extends DiagnosticError {}

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

/** A part is there, and the list that should have it is not. */
export function lostList({ location }: Pick<Storage, "location">): Diagnostic {
  return {
    code: "state-unreadable",
    severity: "warning",
    summary: `the list of the managers in ${location} is lost, or hidden: from now on it has only those that a run locks`,
    remedy:
      "check that these credentials may read it; if it is lost, run `jp1im apply` for all managers before you copy the state",
  };
}
