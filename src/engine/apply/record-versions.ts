import { lowerManagerAddress, managerOf, secretAddressOn } from "../../model/address";
import { versionsOf } from "../../resources/agent-secrets/agent-record";
import type { AgentUnit } from "../../resources/agent-secrets/agent-unit";
import { LowerManagerValues } from "../../resources/lower-manager/lower-manager-values";
import { isFingerprint } from "../../state/port";
import type { ManagerUnits } from "../plan/manager-units";
import type { ApplyRun } from "./apply-run";

/**
 * Records the versions of unchanged values: a value that was encrypted again is the same under another version, and
 * plans that read no values would show it as rotated. This also adds versions to states of earlier versions.
 */
export function recordVersions(applying: ApplyRun): void {
  const { plan, agents, units } = applying.planned;
  if (!plan.options.secrets) return;
  for (const unit of agents.values()) recordOnAgent(applying, unit);
  for (const each of units.values()) recordOnLowerManagers(applying, each);
}

function recordOnAgent(applying: ApplyRun, unit: AgentUnit): void {
  const { state, planned } = applying;
  const record = state.record(unit.address);
  if (record?.kind !== "agent") return;
  const manager = managerOf(unit.address);
  const desired = applying.units(manager).agentDesired(unit);
  const isWhole = record.digest !== undefined && record.digest === desired.digest;
  const digest = desired.versions?.digest();
  if (isWhole && record.versions === digest) return;
  const [owned, recorded] = [state.fingerprints(unit.address), state.versions(unit.address)];
  const stale = [...desired.keys].filter((key) => {
    if (recorded.get(key) === desired.versions?.of(key)?.digest) return false;
    const isInScope = planned.scope.covers(secretAddressOn(unit.address, key));
    return isInScope && isFingerprint(owned.get(key)) && owned.get(key) === desired.fingerprint(key);
  });
  if (stale.length === 0 && !isWhole) return;
  state.patchAgent(unit.address, {
    ...{ manager, agent: unit.agent, unset: [] },
    set: stale.map((key) => [key, owned.get(key) ?? null]),
    versions: versionsOf(desired, stale),
    digest: record.digest,
    versionsDigest: isWhole ? digest : undefined,
    answer: record.answer,
  });
}

function recordOnLowerManagers({ state, planned }: ApplyRun, units: ManagerUnits): void {
  const { name, lowerManagers } = units.desired;
  const values = new LowerManagerValues(name, units.values);
  for (const lower of lowerManagers) {
    const address = lowerManagerAddress(name, lower.host);
    const record = state.record(address);
    if (record?.kind !== "lower-manager" || !planned.scope.covers(address)) continue;
    const { version: _version, ...rest } = record;
    const now = values.version(lower, record)?.digest;
    const isUnchanged =
      record.fingerprint !== undefined && record.fingerprint === values.fingerprint(lower, record);
    if (!isUnchanged || record.version === now) continue;
    state.put({ ...rest, version: now });
  }
}
