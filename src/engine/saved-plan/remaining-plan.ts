/** The remaining part of a saved plan whose apply was interrupted. */
import { agentAddress, parseAddress, placesAbove } from "../../model/address";
import type { Change } from "../../model/change";
import type { Plan, Unplanned } from "../../model/plan";
import { PENDING, type StateView } from "../../state/port";
import type { PlannedRun } from "../plan/make-plan";
import { summarize } from "../plan/plan-draft";
import { changesWithin } from "../plan/plan-part";

/**
 * Returns a check for one resource: is today's change the saved one, the rest of it, or none because it was made?
 * Only the state, which has the intent, distinguishes our own unfinished work from that of others.
 */
export function progressCheck({ plan, agents }: PlannedRun, state: StateView) {
  const [isUnknown, isBlocked] = [covering(plan.unknown), covering(plan.blocked)];
  return (saved: Change, now: Change | undefined): boolean => {
    if (!now && isUnknown(saved.address)) return true;
    if (!now) return !isBlocked(saved.address) && !hasLostItsAgent(saved, agents);
    if (saved.action === "delete" && now.action === "forget") return true;
    if (aim(saved) !== aim(now)) return false;
    if (saved.action === now.action && saved.reason === now.reason) return true;
    // The first half of a replacement was done.
    if (saved.action === "replace" && now.action === "create") return true;
    return isWrite(saved) && isWrite(now) && (isUnfinished(now, state) || now.reason === "reissued");
  };
}

/** The rotations of a saved plan that its interrupted apply has not started. */
export function remainingRotations({ options, changes }: Plan, state: StateView): readonly string[] {
  const before = new Map(changes.map(({ address, issued_at }) => [address, issued_at]));
  return (options.rotate ?? []).filter((address) => {
    const record = state.record(address);
    if (record === undefined || !("status" in record) || record.status === "issuing") return false;
    return record.issuedAt === before.get(address);
  });
}

/** The part of today's plan that belongs to the saved plan. What was deferred when it was saved may be due by now. */
export function remainingPlan(saved: Plan, today: Plan): Plan {
  const waiting = new Set(saved.deferred.map(({ address }) => address));
  const addresses = new Set([...saved.changes.map(({ address }) => address), ...waiting]);
  const requests = new Set(saved.operations.map(({ id }) => id));
  const { changes, operations } = changesWithin(today, { addresses, requests });
  const deferred = today.deferred.filter(({ address }) => waiting.has(address));
  const [isUnknown, wasUnknown] = [covering(today.unknown), covering(saved.unknown)];
  const open = new Set([...addresses].flatMap((address) => isUnknown(address) ?? []));
  const unknown = [...saved.unknown, ...[...open].filter(({ address }) => !wasUnknown(address))];
  const { unchanged, not_compared: notCompared, same_version: sameVersion } = saved.summary;
  const lists = { ...saved, changes, operations, deferred, unknown };
  return { ...lists, summary: summarize(lists, { unchanged, notCompared, sameVersion }) };
}

/** Finds the entry for an address, or for a place above it. */
export function covering(entries: readonly Unplanned[]): (address: string) => Unplanned | undefined {
  const byAddress = new Map(entries.map((entry) => [entry.address, entry]));
  return (address) => {
    for (const place of placesAbove(address)) {
      const operation = byAddress.get(place);
      if (operation) return operation;
    }
    return undefined;
  };
}

/** The change without the fields that show its progress. */
function aim({ action: _action, reason: _reason, issued_at: _issued, generation, ...rest }: Change): string {
  return JSON.stringify({ ...rest, to: generation?.to });
}

function isWrite({ action }: Change): boolean {
  return action === "create" || action === "update" || action === "replace";
}

function isUnfinished({ address }: Change, state: StateView): boolean {
  const addressed = parseAddress(address);
  if (addressed?.kind === "secret") {
    const { manager, agent, key } = addressed;
    return state.fingerprints(agentAddress(manager, agent)).get(key) === PENDING;
  }
  const record = state.record(address);
  if (record?.kind === "lower-manager") return record.fingerprint === PENDING;
  return record !== undefined && "status" in record && record.status === "issuing";
}

function hasLostItsAgent({ address, action }: Change, agents: PlannedRun["agents"]): boolean {
  const addressed = parseAddress(address);
  if (addressed?.kind !== "secret" || action === "delete" || action === "forget") return false;
  return !agents.has(agentAddress(addressed.manager, addressed.agent));
}
