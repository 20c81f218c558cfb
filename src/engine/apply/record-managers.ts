import { managerAddress } from "../../model/address";
import { managersOfChanges } from "../../model/agent-spans";
import type { DesiredManager } from "../../model/desired-state";
import { isSameHost } from "../../model/host";
import type { StateStore } from "../../state/port";
import type { PlannedRun } from "../plan/make-plan";

/**
 * Records which managers a run writes to, before it writes anything, so that the state knows for which managers its
 * records are. This also adds the record to states of earlier versions.
 */
export function recordPlannedManagers(state: StateStore, { plan, units, identified }: PlannedRun): void {
  const changed = managersOfChanges(plan.changes);
  const written = plan.operations.map(({ manager }) => manager);
  const names = new Set([...changed, ...written, ...managersIn(state)]);
  const known = [...names].filter((name) => identified.has(name));
  recordManagers(
    state,
    known.flatMap((name) => units.get(name)?.desired ?? []),
  );
}

/** Records the addresses of the managers that the state has records of. */
export function recordOwnedManagers(state: StateStore, managers: readonly DesiredManager[]): void {
  const owned = managersIn(state);
  recordManagers(
    state,
    managers.filter(({ name }) => owned.has(name)),
  );
}

/** Forgets a manager of which the state has nothing else. */
export function dropEmptyManagers(state: StateStore): void {
  const others = new Set<string>();
  for (const { kind, manager } of state.records()) if (kind !== "manager") others.add(manager);
  for (const name of managersIn(state))
    if (!others.has(name) && state.mayWrite(name)) state.drop(managerAddress(name));
}

function recordManagers(state: StateStore, managers: readonly DesiredManager[]): void {
  for (const { name: manager, url, host } of managers) {
    const address = managerAddress(manager);
    const before = state.record(address);
    if (!state.mayWrite(manager)) continue;
    const known = before?.kind === "manager" ? before : undefined;
    const isRecorded = known?.url === url && isSameHost(known.host, host);
    if (!isRecorded) state.put({ ...known, kind: "manager", address, manager, url, host });
  }
}

function managersIn(state: StateStore): Set<string> {
  return new Set([...state.records()].map(({ manager }) => manager));
}
