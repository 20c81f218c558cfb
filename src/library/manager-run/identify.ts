import { checkIdentity, type Identity } from "../../engine/observe/manager-identity";
import { liveObserver } from "../../engine/observe/observer";
import { emptyPrior, type PriorState, priorStates } from "../../engine/prior-state";
import type { DesiredManager } from "../../model/desired-state";
import { DiagnosticError } from "../../model/diagnostic";
import type { StateView } from "../../state/port";
import { diagnosticOfUnplanned } from "../manager-diagnostic";

interface Known {
  readonly state: StateView;
  readonly priors?: ReadonlyMap<string, PriorState>;
}

/** Whether the manager is the one that the state was written for. */
export function identify(
  desired: DesiredManager,
  { state, priors = priorStates(state) }: Known,
  connect: Parameters<typeof liveObserver>[0],
): Promise<Identity> {
  const prior = priors.get(desired.name) ?? emptyPrior(desired.name);
  return checkIdentity(desired, prior, liveObserver(connect));
}

/** Throws a `DiagnosticError` for any other manager, and for one that cannot be identified. */
export function throwIfOther(identity: Identity): void {
  if (identity.is === "other") throw new DiagnosticError([identity.refusal]);
  if (identity.is === "unknown") throw new DiagnosticError([diagnosticOfUnplanned(identity.why)]);
}
