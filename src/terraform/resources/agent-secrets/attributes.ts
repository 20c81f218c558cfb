import type { Attributes } from "../../schema/attribute";

export const agentSecretsAttributes: Attributes = {
  id: {
    type: "string",
    given: "computed",
    description: "The agent's address; with `match`, the address of all agents and the selector's criteria.",
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
      "The values, by key: 1-1024 printable ASCII characters. Required, except for an imported agent: without it the resource declares none of the agent's keys, and changes none. Neither plan nor state contains the values. A changed value shows in `fingerprints` by itself; there is no version to raise.",
  },
  prune: {
    type: "string",
    given: "optional",
    description:
      "What the provider does with keys that are no longer declared, and with all keys of a destroyed resource: `owned` deletes them, `none` leaves them on the agent. Default: the provider's `policy.prune`.",
  },
  fingerprints: {
    type: ["map", "string"],
    given: "computed",
    description:
      "A keyed digest of each value. After a refresh, a key that is not on every agent has null, so that a deleted key shows as a change. A key that an apply could not write to every agent has null as well.",
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
      "What the last refresh found, by agent: `missing: a, b` for keys that are not there, `other value: c` for keys that another resource, another block or an interrupted apply has written since, `value not recorded: d` for keys whose value the provider's state does not record. Empty after an apply.",
  },
  written_at: {
    type: "string",
    given: "computed",
    description: "When the provider last wrote to one of the agents. Unknown in a plan that will write.",
  },
};
