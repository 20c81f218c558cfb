import { agentAddress, agentsOf } from "../../../model/address";
import { FaultError, fault } from "../../fault";
import { identifying, identifyingHost, managerAttribute, ownManager } from "../identity";
import type { Identity } from "../resource-type";

/** The hosts of one agent, or the pattern of a selector. `id` consists of the same parts. */
export const agentIdentity: Identity = {
  attributes: {
    manager: managerAttribute,
    manager_host: identifyingHost(
      "optional",
      "The manager that the agent reports to; the provider's `host`.",
    ),
    host: identifyingHost("optional", "The agent's host name."),
    match: identifying("optional", "Pattern of the agents' host names; such a resource needs no import."),
  },
  of({ host = null, match = null, manager_host: above = null }, manager) {
    const identity = { manager, manager_host: above, host, match };
    const isKnown = Object.values(identity).every((each) => each === null || typeof each === "string");
    return isKnown ? identity : undefined;
  },
  address({ manager, manager_host: above, host, match }, { run }) {
    const name = ownManager(manager, run);
    const hasMatch = typeof match === "string";
    if ((typeof host === "string") === hasMatch) throw ambiguous(hasMatch);
    if (typeof host !== "string") return `${agentsOf(name)}?match=${match}`;
    return agentAddress(name, { host, managerHost: String(above ?? run.host) });
  },
};

function ambiguous(hasBoth: boolean): FaultError {
  const what = hasBoth ? "The identity has both `host` and `match`" : "The identity names no agent";
  const detail =
    "Set `host`, and also `manager_host` if the agent reports to a manager other than the provider's own. A resource with `match` needs no import.";
  return new FaultError([fault(undefined, what, detail)]);
}
