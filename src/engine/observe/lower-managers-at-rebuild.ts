import { ManagerError } from "../../api/manager-error";
import type { ManagerPort } from "../../api/port";
import { clientAddress } from "../../model/address";
import type { DesiredLowerManager, DesiredManager, DesiredState } from "../../model/desired-state";
import type { Diagnostic } from "../../model/diagnostic";
import { isSameHost } from "../../model/host";
import { integratedManagerOf } from "../../model/limits";
import type { Unplanned } from "../../model/plan";
import { failedRequest } from "../../resources/failed-request";
import { planPredecessor } from "../../resources/lower-manager/predecessor";
import type { UnitPlan } from "../../resources/unit-plan";
import { forEachLimited } from "../limited";

/** What a rebuild adds to a plan. */
export interface RebuildIntent {
  readonly manager: string;
  /** Host of the manager that was lost. */
  readonly replaces: string;
  /** An earlier run began it. */
  readonly resumed: boolean;
  /** The manager is not lost yet: it is planned like a new one in its place, without any clients or lower managers. */
  readonly rehearsal: boolean;
}

/** What the lower managers of a rebuilt manager know about it and its predecessor. */
export interface LowerManagersAtRebuild {
  /** Hosts that do not accept the new manager, although they may be registered on it. */
  readonly disconnected: ReadonlySet<string>;
  /** Plans that delete the lost manager's clients there. */
  readonly units: readonly UnitPlan[];
  readonly unknown: readonly Unplanned[];
  readonly diagnostics: readonly Diagnostic[];
}

/** Asks every lower manager that is declared as a manager for its clients (manual 3.7.2). */
export async function observeLowerManagersAtRebuild(
  desired: DesiredState,
  manager: DesiredManager,
  intent: RebuildIntent,
  connect: (manager: string) => Promise<ManagerPort>,
  parallelism: number,
): Promise<LowerManagersAtRebuild> {
  const disconnected = new Set<string>();
  const units: UnitPlan[] = [];
  const unknown: Unplanned[] = [];
  const others = new Set<string>();
  await forEachLimited(manager.lowerManagers, parallelism, async (lower) => {
    const name = declaredAs(lower, desired);
    if (name === undefined) return;
    try {
      const ids = await (await connect(name)).listClients();
      const ofHost = (host: string) => ids.filter((id) => isSameHost(integratedManagerOf(id), host));
      if (ofHost(manager.host).length === 0) disconnected.add(lower.host);
      const predecessors = ofHost(intent.replaces);
      if (predecessors.length > 0) units.push(planPredecessor(name, predecessors));
      for (const id of ids) addOther(others, integratedManagerOf(id), manager.host);
    } catch (error) {
      if (!(error instanceof ManagerError)) throw error;
      unknown.push(failedRequest(clientAddress(name, `MANAGER_INTEGRATED_${intent.replaces}`), error));
    }
  });
  const isDoubtful = units.length + unknown.length === 0 && others.size > 0 && !intent.resumed;
  return { disconnected, units, unknown, diagnostics: isDoubtful ? [unknownHost(intent, others)] : [] };
}

/** The declared manager that a lower manager is, if any. */
export function declaredAs(
  { host, initialSecret }: DesiredLowerManager,
  desired: DesiredState,
): string | undefined {
  if (initialSecret.from === "manager") return initialSecret.manager;
  return [...desired.managers.values()].find((each) => isSameHost(each.host, host))?.name;
}

function addOther(others: Set<string>, host: string | undefined, own: string): void {
  if (host !== undefined && !isSameHost(host, own)) others.add(host);
}

/** Warns of an unknown lost host: most likely it was misspelt. */
function unknownHost({ manager, replaces }: RebuildIntent, others: ReadonlySet<string>): Diagnostic {
  return {
    code: "nothing-matched",
    severity: "warning",
    summary: `no lower manager of ${manager} knows an integrated manager ${JSON.stringify(replaces)}; they know ${[...others].sort().join(", ")}`,
    remedy: "compare the host given with --replaces, unless its clients there were removed already",
    address: manager,
  };
}
