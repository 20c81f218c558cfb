import { DiagnosticError } from "../../model/diagnostic";
import type { Plan } from "../../model/plan";
import type { SavedPlanRecord, StateView } from "../../state/port";
import type { ApplyContext } from "../context";
import { stale } from "./verification";

/**
 * The record of an earlier, interrupted apply of the plan; `undefined` if there is none. Throws a `DiagnosticError`
 * (`plan-stale`) if the state, or its key, is not the one that the plan was made from, or if the plan was applied
 * already.
 */
export function requireState(
  { state, fingerprints, stateLocation }: ApplyContext,
  { state: from }: Plan,
  id: string,
): SavedPlanRecord | undefined {
  const known = knownOf(state, Object.keys(from.serials), id);
  if (known?.status === "applying") return known;
  const reason =
    known?.status === "applied"
      ? `it was applied at ${known.at}, and a plan is applied once`
      : known
        ? `its apply was begun at ${known.at} and not finished, and another run has written to the state since`
        : otherState(state, from, stateLocation);
  if (reason !== undefined) throw new DiagnosticError([stale(reason)]);
  if (from.key_id === undefined || from.key_id === fingerprints.keyId) return undefined;
  throw new DiagnosticError([stale("the key of the state is not the one that the plan was made under")]);
}

/**
 * The status of the plan over the partitions of its managers: superseded if any says so, applied if all do. After a
 * crash between them, it is still being applied.
 */
function knownOf(state: StateView, managers: readonly string[], id: string): SavedPlanRecord | undefined {
  const all = managers.map((manager) => state.plans(manager).find((each) => each.id === id));
  const known = all.filter((each) => each !== undefined);
  const [first] = known;
  const superseded = known.find(({ status }) => status === "superseded");
  if (first === undefined || superseded !== undefined) return superseded;
  const isApplied = known.length === all.length && known.every(({ status }) => status === "applied");
  return { ...first, status: isApplied ? "applied" : "applying" };
}

function otherState(state: StateView, from: Plan["state"], location: string): string | undefined {
  const { lineage } = state;
  // Another shard may have created the state since, without any records of the plan's managers.
  const isStillNew =
    from.lineage === "" && Object.keys(from.serials).every((manager) => state.serial(manager) === 0);
  if (lineage !== from.lineage && !isStillNew) {
    if (from.lineage === "") return "there was no state when it was made, and another run has made one since";
    return lineage === ""
      ? `the state that it was made from is not in ${location}`
      : `the state in ${location} is another one than it was made from`;
  }
  // Serials that count on from an older copy can reach the same number.
  if (state.putId !== from.put_id && !isStillNew)
    return "a copy was put in the place of the state since, with `jp1im state push` or `jp1im state migrate`";
  for (const [manager, before] of Object.entries(from.serials)) {
    const serial = state.serial(manager);
    if (serial === before) continue;
    const numbers = `it is at serial ${serial}, and the plan was made from serial ${before}`;
    return serial > before
      ? `another run has written to the state of ${manager} since: ${numbers}`
      : `the state of ${manager} is older than the plan: ${numbers}`;
  }
  return undefined;
}
