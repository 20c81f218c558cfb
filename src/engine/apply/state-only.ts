import { agentAddress, parseAddress } from "../../model/address";
import type { Change } from "../../model/change";
import { forgetEmpty } from "../../resources/agent-secrets/agent-record";
import { retire } from "../../resources/issuing/issued-records";
import type { AgentRecord } from "../../state/port";
import type { ApplyRun } from "./apply-run";

const noDigests: Pick<AgentRecord, "digest" | "versions"> = {};

/** Whether a change is one of the state alone. */
export function isStateOnly({ action }: Change): boolean {
  return action === "forget" || action === "no-op";
}

/** Makes a change of the state alone: what is gone is forgotten, what is there as declared is from now on owned. */
export function applyStateOnly(applying: ApplyRun, change: Change): void {
  if (!isStateOnly(change)) return;
  const { address, action } = change;
  const { state } = applying;
  const addressed = parseAddress(address);
  if (addressed?.kind === "secret") {
    const { manager, agent, key } = addressed;
    const place = agentAddress(manager, agent);
    const record = state.record(place);
    const { digest, versions: versionsDigest } = record?.kind === "agent" ? record : noDigests;
    const digests = { ...(digest && { digest }), ...(versionsDigest && { versionsDigest }) };
    state.patchAgent(place, { manager, agent, set: [], unset: [key], ...digests });
    forgetEmpty(state, place);
  } else if (addressed?.kind === "lower-manager" && action === "forget") state.drop(address);
  else if (action === "forget") retire(state, address);
  else if (addressed?.kind === "lower-manager") {
    const { manager, host } = addressed;
    state.put({ kind: "lower-manager", address, manager, host });
  }
  applying.succeed(address);
}
