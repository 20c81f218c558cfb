import { type Addressed, agentAddress, nameIn, parseAddress } from "../../model/address";
import type { Change } from "../../model/change";
import type { Diagnostic } from "../../model/diagnostic";
import { kinds } from "../../model/kind-names";
import type { Unplanned } from "../../model/plan";
import { covering } from "./remaining-plan";
import { stale, type Verification } from "./verification";

/** Describes why a change of a saved plan would be different now, or none. */
export function describeDifference({ today, sourceOf }: Verification) {
  const [isUnknown, isBlocked] = [covering(today.plan.unknown), covering(today.plan.blocked)];
  return (change: Change, now: Change | undefined): Diagnostic => {
    const { address } = change;
    const unknown = now ? undefined : isUnknown(address);
    if (unknown) return cannotBeChecked(unknown);
    const blocked = now ? undefined : isBlocked(address);
    if (blocked) return stale(`${blocked.address}: ${blocked.detail}`);
    const addressed = parseAddress(address);
    if (!addressed) throw new Error(`${address} is not an address`);
    if (addressed.kind === "secret" && !today.agents.has(agentAddress(addressed.manager, addressed.agent))) {
      return stale(`${agentAddress(addressed.manager, addressed.agent)} is no longer there`);
    }
    const moved = kinds[change.kind].isList ? presenceWords(addressed, change, now) : undefined;
    return stale(moved ?? valueWords(change, now, sourceOf) ?? `${address} would be another change now`);
  };
}

/** Nothing is known to have changed, but nothing may be sent either. */
function cannotBeChecked({ address, code, detail, remedy }: Unplanned): Diagnostic {
  return {
    code,
    severity: "error",
    summary: `${address} cannot be looked at, so that the saved plan cannot be checked: ${detail}`,
    remedy: remedy ?? "fix that and apply the plan again: nothing was sent",
    address,
  };
}

function presenceWords(addressed: Addressed, then: Change, now: Change | undefined): string | undefined {
  const [was, is] = [wasThere(then), now ? wasThere(now) : isThereWithoutChange(then)];
  if (is === undefined || was === is) return undefined;
  if (addressed.kind === "secret") {
    const where = agentAddress(addressed.manager, addressed.agent);
    return `key ${addressed.key} of ${where} is ${is ? "now" : "no longer"} on the agent`;
  }
  const name = `the ${kinds[then.kind].one} ${nameIn(addressed)} of ${addressed.manager}`;
  return is ? `${name} is there now` : `${name} was deleted meanwhile`;
}

/** Whether a change was planned for an existing resource. */
function wasThere({ reason }: Change): boolean {
  return reason !== "missing" && reason !== "gone";
}

/** Whether a resource that no longer needs the change exists: one to create does, one to delete does not. */
function isThereWithoutChange({ action, reason }: Change): boolean | undefined {
  if (reason === "missing" || reason === "gone") return true;
  return action === "delete" ? false : undefined;
}

/** Describes that the value to write is different, or comes from another version of its source. */
export function valueWords(
  then: Valued,
  now: Omit<Valued, "address"> | undefined,
  sourceOf: Verification["sourceOf"],
): string | undefined {
  const source = sourceOf(then.address) ?? then.address;
  if (then.fingerprint !== now?.fingerprint && then.fingerprint !== undefined)
    return `the value from ${source} is not the planned one`;
  if (then.source_version === now?.source_version) return undefined;
  return `the version of ${source} is not the planned one`;
}

type Valued = Pick<Change, "address" | "fingerprint" | "source_version">;
