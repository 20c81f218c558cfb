import { isAgentUnknown } from "../../library/manager-diagnostic";
import { FaultError, fault } from "../fault";
import { listedAgent } from "../resources/agent-secrets/listed-agent";
import { refuseUnlisted } from "../resources/agent-secrets/unknown-agent";
import type { DataSource } from "./data-source";

/** The manager itself issues the IDs of agents and managers. */
const OWN = /^(AGENT|MANAGER)_/;

export const clients: DataSource = {
  name: "jp1im_clients",
  description: "The IDs of the manager's IM clients.",
  attributes: {
    ids: { type: ["list", "string"], given: "computed", description: "IDs that users gave, sorted." },
    own_ids: {
      type: ["list", "string"],
      given: "computed",
      description: "IDs of agents and managers, `AGENT_*` and `MANAGER_*`, sorted.",
    },
  },
  async read(_config, { run }) {
    const ids = [...(await run.observe().names("client"))].sort();
    return { state: { ids: ids.filter((id) => !OWN.test(id)), own_ids: ids.filter((id) => OWN.test(id)) } };
  },
};

export const lowerManagers: DataSource = {
  name: "jp1im_lower_managers",
  description: "The hosts of the managers under this integrated manager.",
  attributes: {
    hosts: { type: ["list", "string"], given: "computed", description: "Host names, sorted." },
  },
  async read(_config, { run }) {
    return { state: { hosts: [...(await run.observe().names("lower-manager"))].sort() } };
  },
};

export const agentKeys: DataSource = {
  name: "jp1im_agent_keys",
  description:
    "The names of all secrets of one agent, also of those that others wrote. A manager never returns a value.",
  attributes: {
    host: { type: "string", given: "required", description: "The agent's host name." },
    manager_host: {
      type: "string",
      given: "either",
      description: "The manager that it reports to; default: the provider's own host.",
    },
    keys: { type: ["list", "string"], given: "computed", description: "Names, sorted." },
  },
  async read(config, { run }) {
    const managerHost = typeof config.manager_host === "string" ? config.manager_host : run.host;
    const host = String(config.host);
    if (host === "") throw new FaultError([emptyHost]);
    const agent = await listedAgent({ host, managerHost }, run);
    const keys = await run.answers.agentSecrets(agent).catch(async (error) => {
      if (isAgentUnknown(error)) await refuseUnlisted(agent, run, ["host"]);
      throw error;
    });
    return { state: { ...config, manager_host: managerHost, keys: [...keys].sort() } };
  },
};

const emptyHost = fault(["host"], "`host` is empty", "Set it to the agent's host name.");
