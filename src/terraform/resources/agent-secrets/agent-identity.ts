import { agentAddress, agentsOf } from "../../../model/address";
import { identifying, managerAttribute } from "../identity";
import type { Identity } from "../resource-type";

/** Of one agent its hosts, of a selector its pattern: what `id` is made of. */
export const agentIdentity: Identity = {
  attributes: {
    manager: managerAttribute,
    manager_host: identifying("optional", "The manager that the agent reports to; the provider's `host`."),
    host: identifying("optional", "The agent's host name."),
    match: identifying("optional", "Pattern of the agents' host names; such a resource needs no import."),
  },
  of({ host = null, match = null, manager_host: above = null }, manager) {
    const identity = { manager, manager_host: above, host, match };
    const isKnown = Object.values(identity).every((each) => each === null || typeof each === "string");
    return isKnown ? identity : undefined;
  },
  address({ manager, manager_host: above, host, match }, run) {
    const name = String(manager ?? run.name);
    if (typeof host !== "string") return `${agentsOf(name)}?match=${match}`;
    return agentAddress(name, { host, managerHost: String(above ?? run.host) });
  },
};
