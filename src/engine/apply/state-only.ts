import type { Change } from "../../model/change";
import { resourceKind } from "../../resources/kinds";
import type { ApplyRun } from "./apply-run";

/** Whether a change is one of the state alone. */
export function isStateOnly({ action }: Change): boolean {
  return action === "forget" || action === "no-op";
}

export function applyStateOnly(applying: ApplyRun, change: Change): void {
  if (!isStateOnly(change)) return;
  resourceKind(change.kind).changeState(applying.state, change);
  applying.succeed(change.address);
}
