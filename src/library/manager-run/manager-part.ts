import type { PlanContext } from "../../engine/context";
import { makePlan, type PlannedRun, type PlanRequest } from "../../engine/plan/make-plan";
import { agentAddress } from "../../model/address";
import type { DesiredManager, DesiredState } from "../../model/desired-state";
import type { PlanMode } from "../../model/plan";
import { unknownToState } from "../state/unknown-to-state";

/** A part of what one manager holds. */
export interface ManagerPart {
  /** The manager with that part, and nothing else, declared on it. */
  readonly desired: DesiredManager;
  /** Addresses of everything that belongs to the part, also of what is no longer declared; of a part without any, nothing is in scope. */
  readonly targets: readonly string[];
  /** The manager on which the initial secret of the part's lower manager is issued; nothing is declared on it. */
  readonly issuer?: DesiredManager | undefined;
  readonly mode?: PlanMode | undefined;
  /** It has been applied before, as the caller knows: a state that knows nothing of the manager is no reason to stop. */
  readonly isKnown?: boolean | undefined;
  /** Addresses in it that are issued anew although they are as declared. */
  readonly rotate?: readonly string[] | undefined;
}

/** What an apply of the part would do. */
export async function planPart(context: PlanContext, part: ManagerPart): Promise<PlannedRun> {
  const planned = await makePlan({ ...context, desired: desiredOf(...managersOf(part)) }, requestOf(part));
  const unknown = part.isKnown ? [] : unknownToState(planned.plan, context.state);
  const plan = { ...planned.plan, diagnostics: [...planned.plan.diagnostics, ...unknown] };
  return { ...planned, plan };
}

/** The targets are what belongs to the part: that nothing is at one of them is no typing error. */
function requestOf({ desired, targets, rotate, mode = "apply" }: ManagerPart): PlanRequest {
  return {
    mode,
    managers: [],
    // Without any target a run is about all of the manager, and so about what others have there.
    targets: targets.length > 0 ? targets : [nowhere(desired)],
    refresh: true,
    secrets: true,
    followsUp: true,
    isPart: true,
    ...(rotate && { rotate }),
  };
}

/** The address of what cannot be there: no host name has a slash in it. */
function nowhere({ name }: DesiredManager): string {
  return agentAddress(name, { managerHost: "/", host: "/" });
}

function managersOf({ desired, issuer }: ManagerPart): readonly DesiredManager[] {
  return issuer ? [desired, issuer] : [desired];
}

/** A desired state of these managers alone. */
export function desiredOf(...managers: readonly DesiredManager[]): DesiredState {
  return { managers: new Map(managers.map((each) => [each.name, each])), inputs: [] };
}
