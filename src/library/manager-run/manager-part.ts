import type { PlanContext } from "../../engine/context";
import { makePlan, type PlannedRun, type PlanRequest } from "../../engine/plan/make-plan";
import { agentAddress } from "../../model/address";
import type { DesiredManager, DesiredState } from "../../model/desired-state";
import type { PlanMode } from "../../model/plan";
import { unknownToState } from "../state/unknown-to-state";

/** A part of one manager's resources. */
export interface ManagerPart {
  /** The manager with that part, and nothing else, declared on it. */
  readonly desired: DesiredManager;
  /**
   * Addresses of everything that belongs to the part, declared or no longer declared; if empty, nothing is in scope.
   */
  readonly targets: readonly string[];
  /** The manager on which the initial secret of the part's lower manager is issued; nothing is declared on it. */
  readonly issuer?: DesiredManager | undefined;
  readonly mode?: PlanMode | undefined;
  /**
   * The caller knows that it was applied before, so a state without any record of the manager does not stop the run.
   */
  readonly isKnown?: boolean | undefined;
  /** Addresses in it that are reissued although they are as declared. */
  readonly rotate?: readonly string[] | undefined;
}

/** What an apply of the part would do. */
export async function planPart(context: PlanContext, part: ManagerPart): Promise<PlannedRun> {
  const planned = await makePlan({ ...context, desired: desiredOf(...managersOf(part)) }, requestOf(part));
  const unknown = part.isKnown ? [] : unknownToState(planned.plan, context.state);
  const plan = { ...planned.plan, diagnostics: [...planned.plan.diagnostics, ...unknown] };
  return { ...planned, plan };
}

/** The targets are the addresses of the part, so a target that matches nothing is not a typing error. */
function requestOf({ desired, targets, rotate, mode = "apply" }: ManagerPart): PlanRequest {
  return {
    mode,
    managers: [],
    // Without targets, a run would be about the whole manager, including the resources of others.
    targets: targets.length > 0 ? targets : [nowhere(desired)],
    refresh: true,
    secrets: true,
    followsUp: true,
    isPart: true,
    rotate,
  };
}

/** An address that cannot exist: no host name has a slash. */
function nowhere({ name }: DesiredManager): string {
  return agentAddress(name, { managerHost: "/", host: "/" });
}

function managersOf({ desired, issuer }: ManagerPart): readonly DesiredManager[] {
  return issuer ? [desired, issuer] : [desired];
}

/** A desired state with only these managers. */
export function desiredOf(...managers: readonly DesiredManager[]): DesiredState {
  return { managers: new Map(managers.map((each) => [each.name, each])), inputs: [] };
}
