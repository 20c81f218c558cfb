import type { Attributes } from "../../schema/attribute";

export const agentSecretsAttributes: Attributes = {
  id: {
    type: "string",
    given: "computed",
    description: "The agent's address, or the place of all agents with the selector's criteria.",
  },
  host: {
    type: "string",
    given: "optional",
    replaces: true,
    isHost: true,
    description: "The agent's host name, as the manager's list spells it. Exactly one of `host` and `match`.",
  },
  match: {
    type: "string",
    given: "optional",
    description:
      "Selects agents of the manager's list by their host names; `*` and `?` are wildcards. Exactly one of `host` and `match`.",
  },
  manager_host: {
    type: "string",
    given: "either",
    description:
      "With `host`: the manager that the agent reports to; default: the provider's own host. With `match`: a pattern of such hosts.",
  },
  os: {
    type: "string",
    given: "optional",
    description: "With `match`: the operating system, `linux` or `windows`.",
  },
  addons: {
    type: ["list", "string"],
    given: "optional",
    description: "With `match`: add-ons that have to be there and enabled.",
  },
  secrets_wo: {
    type: ["map", "string"],
    given: "optional",
    sensitive: true,
    writeOnly: true,
    description:
      "The values, by key: 1-1024 printable ASCII characters. Needed but for an agent that was imported: none of its keys is declared then, and none is touched. They are in neither plan nor state. A value that changed shows in `fingerprints` by itself; there is no version to raise.",
  },
  prune: {
    type: "string",
    given: "optional",
    description:
      "What is done with keys that are no longer declared, and with all of them when the resource is destroyed: `owned` deletes them, `none` leaves them on the agent. Default: the provider's `policy.prune`.",
  },
  fingerprints: {
    type: ["map", "string"],
    given: "computed",
    description:
      "A keyed digest of each value. After a refresh only keys that are on every agent have one, and the others null, so that a key that somebody deleted shows as a change. A key that an apply could not write everywhere has null as well.",
  },
  agents: {
    type: ["set", "string"],
    given: "computed",
    description: "The agents that have the secrets, as `MANAGER_HOST/HOST`.",
  },
  drift: {
    type: ["map", "string"],
    given: "computed",
    description:
      "By agent, what the last refresh found: `missing: a, b` of keys that are not there, `other value: c` of keys to which another resource, block or interrupted apply wrote since, `value not recorded: d` where the provider's state does not tell. Empty after an apply.",
  },
  written_at: {
    type: "string",
    given: "computed",
    description: "When the provider last wrote to one of the agents. Unknown in a plan that will write.",
  },
};
