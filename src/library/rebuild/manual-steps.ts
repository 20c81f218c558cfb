import { declaredAs } from "../../engine/observe/lower-managers-at-rebuild";
import { lowerManagerAddress, parseAddress } from "../../model/address";
import { changesBeside } from "../../model/agent-spans";
import { issuesOf } from "../../model/declared";
import type { DesiredManager, DesiredState, SinkReference } from "../../model/desired-state";
import type { Outcome } from "../../model/outcome";
import { notableOutcomes } from "../../model/outcome-list";
import type { Plan, Unplanned } from "../../model/plan";
import type { ManualItem, ManualStep, ManualTask } from "../../model/rebuild";
import { isJoining } from "../../resources/lower-manager/plan";
import type { StateView } from "../../state/port";

interface Rebuilding {
  readonly desired: DesiredState;
  readonly manager: DesiredManager;
}

/**
 * After a rebuild: what was refused because a person must act first, and what was delivered since it began, according
 * to `state`; without `state`, only by this run.
 */
export function manualSteps(
  rebuilding: Rebuilding,
  outcome: Outcome,
  state: StateView | undefined,
  describe: (sink: SinkReference) => string,
): ManualStep[] {
  const refused = new Set(
    outcome.diagnostics.filter(({ code }) => code === "manager-rejected").map(({ address }) => address),
  );
  const unregistered = [...changesBeside(outcome.plan.changes)]
    .filter(isJoining)
    .filter(({ address }) => refused.has(address));
  const delivered = notableOutcomes(outcome.changes).flatMap(({ address, delivered_to: place }) =>
    place === undefined ? [] : [{ address, place }],
  );
  return steps({
    "register-hosts": unregistered.map(({ address }) => ({ address })),
    "set-up-agents": unlistedAgents(outcome.plan.unknown),
    "remove-predecessor": outOfReach(rebuilding),
    "hand-out-secrets": [...(state ? issuedBefore(rebuilding.manager, state, describe) : []), ...delivered],
  });
}

/** In a rehearsal: what must be done before or during the rebuild. */
export function manualStepsOfRehearsal(
  rebuilding: Rebuilding,
  plan: Plan | undefined,
  deliveries: readonly ManualItem[],
): ManualStep[] {
  const joining = [...changesBeside(plan?.changes ?? [])]
    .filter(isJoining)
    .map(({ address }) => ({ address }));
  return steps({
    "register-hosts": joining,
    "set-up-agents": unlistedAgents(plan?.unknown ?? []),
    "remove-predecessor": outOfReach(rebuilding),
    "hand-out-secrets": deliveries,
  });
}

function steps(itemsByTask: Readonly<Record<ManualTask, readonly ManualItem[]>>): ManualStep[] {
  return (Object.keys(itemsByTask) as ManualTask[]).flatMap((task) => {
    const items = [...new Map(itemsByTask[task].map((item) => [item.address, item])).values()];
    return items.length === 0
      ? []
      : [{ task, items: items.sort((a, b) => (a.address < b.address ? -1 : 1)) }];
  });
}

function unlistedAgents(unknown: readonly Unplanned[]): ManualItem[] {
  return unknown
    .filter(({ code, address }) => code === "agent-unknown" && parseAddress(address)?.kind === "agent")
    .map(({ address }) => ({ address }));
}

/** Lower managers that are not declared as managers, so that their login is unknown. */
function outOfReach({ desired, manager }: Rebuilding): ManualItem[] {
  return manager.lowerManagers
    .filter((lower) => declaredAs(lower, desired) === undefined)
    .map(({ host }) => ({ address: lowerManagerAddress(manager.name, host) }));
}

/** Secrets that earlier runs of the same rebuild delivered, which must be handed out, too. */
function issuedBefore(
  manager: DesiredManager,
  state: StateView,
  describe: (sink: SinkReference) => string,
): ManualItem[] {
  return issuesOf(manager).flatMap(({ address, declared }) => {
    const record = state.record(address);
    const isDelivered = record !== undefined && "status" in record && record.status === "delivered";
    return isDelivered ? [{ address, place: describe(declared.deliverTo) }] : [];
  });
}
