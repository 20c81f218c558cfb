import { wildcard } from "../../library/manager-run/matched-agents";
import { agentAddress } from "../../model/address";
import { fault } from "../fault";
import { systemFaults } from "../values/operating-system";
import type { Value } from "../values/type";
import type { DataSource } from "./data-source";

const pattern = (what: string) => ({ type: "string", given: "optional", description: what }) as const;

export const agents: DataSource = {
  name: "jp1im_agents",
  description:
    'The integrated agents that the user may see, of this manager and of every lower manager that answers. An incomplete list is an error, or a warning with `unreachable = "warn"`.',
  attributes: {
    match: pattern("Pattern of host names; `*` and `?` are wildcards."),
    manager_host: pattern("Pattern of the hosts of the managers that they report to."),
    os: pattern("Operating system: `linux` or `windows`."),
    addons: {
      type: ["list", "string"],
      given: "optional",
      description: "Add-ons that have to be there and enabled.",
    },
    complete: { type: "bool", given: "computed", description: "Whether the list covers every manager." },
    agents: {
      type: [
        "list",
        [
          "object",
          {
            address: "string",
            host: "string",
            manager_host: "string",
            os: "string",
            addons: ["list", "string"],
          },
        ],
      ],
      given: "computed",
      description: "By address: each with `address`, `host`, `manager_host`, `os` and its enabled `addons`.",
    },
  },
  validate: ({ os }) => systemFaults(os),
  async read(config, { run, unreachable }) {
    const answer = await run.answers.agents();
    const listed = answer.complete ? answer.value : answer.partial;
    const wanted: readonly Value[] = Array.isArray(config.addons) ? config.addons : [];
    const agents = listed
      .map(({ host, managerHost, os, addons }) => ({
        address: agentAddress(run.name, { host, managerHost }),
        ...{ host, manager_host: managerHost, os },
        addons: addons.flatMap(({ name, enabled }) => (enabled ? [name] : [])).sort(),
      }))
      .filter(
        (agent) =>
          matches(config.match, agent.host) &&
          matches(config.manager_host, agent.manager_host) &&
          matches(inLowerCase(config.os), agent.os.toLowerCase()) &&
          wanted.every((name) => agent.addons.includes(String(name))),
      )
      .sort((a, b) => (a.address < b.address ? -1 : 1));
    const state = { ...config, complete: answer.complete, agents };
    if (answer.complete) return { state };
    const why = answer.warnings.map(({ messageId, message }) => `${messageId}: ${message}`).join("; ");
    const severity = unreachable === "warn" ? "warning" : "error";
    return {
      state,
      faults: [fault(undefined, "The agent list does not cover every manager", why, severity)],
    };
  },
};

function inLowerCase(value: Value | undefined) {
  return typeof value === "string" ? value.toLowerCase() : value;
}

function matches(wanted: Value | undefined, name: string): boolean {
  return typeof wanted !== "string" || wildcard(wanted)(name);
}
