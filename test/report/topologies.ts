import type { AgentGroup, Marks, Topology, TopologyManager } from "../../src/model/topology";
import { noMarks } from "../../src/model/topology";

export function agentGroup(
  name: string,
  marks: Partial<Marks> = {},
  by: AgentGroup["by"] = "host",
): AgentGroup {
  return { by, name, secrets: 2, marks: { ...noMarks, ...marks } };
}

export function managerOf(parts: Partial<TopologyManager> & { readonly name: string }): TopologyManager {
  const clients = { count: 0, marks: noMarks };
  return { host: `host-of-${parts.name}`, marks: noMarks, clients, groups: [], lowerManagers: [], ...parts };
}

/** An integrated manager over a declared lower one and one that is only a host. */
export const smallTopology: Topology = {
  managers: [
    managerOf({
      name: "osaka",
      host: "immhost-osaka",
    }),
    managerOf({
      name: "tokyo",
      host: "immhost01",
      clients: { count: 3, marks: { ...noMarks, replace: 1 } },
      groups: [agentGroup("web01", { create: 1, delete: 1 }), agentGroup("batch-*", {}, "match")],
      lowerManagers: [
        {
          ...{ host: "immhost-nagoya", declared: true, marks: { ...noMarks, create: 1 } },
          groups: [agentGroup("app01", { delete: 2 })],
        },
        {
          ...{ host: "immhost-osaka", declaredAs: "osaka", declared: true, marks: noMarks },
          groups: [agentGroup("db01", { open: 1 })],
        },
        { host: "immhost-lost", declared: false, marks: noMarks, groups: [agentGroup("x01")] },
      ],
    }),
  ],
};
