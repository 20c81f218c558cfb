import { agents } from "./agents";
import type { DataSource } from "./data-source";
import { manager } from "./manager";
import { agentKeys, clients, lowerManagers } from "./name-lists";

export const dataSources: ReadonlyMap<string, DataSource> = new Map(
  [manager, agents, clients, lowerManagers, agentKeys].map((each) => [each.name, each]),
);
