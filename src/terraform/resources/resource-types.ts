import { agentSecrets } from "./agent-secrets/agent-secrets";
import type { ResourceType } from "./resource-type";

/** Every type of resource, by its name. */
export const resourceTypes: ReadonlyMap<string, ResourceType> = new Map(
  [agentSecrets].map((each) => [each.name, each]),
);
