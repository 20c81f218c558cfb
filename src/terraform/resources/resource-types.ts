import { agentSecrets } from "./agent-secrets/agent-secrets";
import { client } from "./client";
import { desiredState } from "./desired-state/desired-state";
import { initialSecret } from "./initial-secret";
import { lowerManager } from "./lower-manager";
import type { ResourceType } from "./resource-type";

export const resourceTypes: ReadonlyMap<string, ResourceType> = new Map(
  [client, initialSecret, lowerManager, agentSecrets, desiredState].map((each) => [each.name, each]),
);
