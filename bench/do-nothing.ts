/** A provider that does nothing: it answers at once with as much as ours, so that a run with it shows what Terraform itself takes. */
import { agentSecrets } from "../src/terraform/resources/agent-secrets/agent-secrets";
import type { Attrs, ResourceType } from "../src/terraform/resources/resource-type";
import { attributesOf } from "../src/terraform/values/type";

/** As long as a fingerprint. */
const DIGEST = "0123456789012345678901";

export const resourceTypes: ReadonlyMap<string, ResourceType> = new Map([
  [
    agentSecrets.name,
    {
      ...agentSecrets,
      validate: () => [],
      read: async (state) => ({ state }),
      plan: async (change) => ({ state: settled(change) }),
      apply: async (change) => ({ state: settled(change) }),
      destroy: async () => ({ state: null }),
    },
  ],
]);

function settled({ config, next }: { readonly config: Attrs; readonly next: Attrs }): Attrs {
  const agent = `immhost01/${config.host}`;
  const keys = Object.keys(attributesOf(config.secrets_wo));
  return {
    ...next,
    id: agent,
    manager_host: "immhost01",
    agents: [agent],
    drift: {},
    fingerprints: Object.fromEntries(keys.map((key) => [key, DIGEST])),
    written_at: "2026-02-03T04:05:06Z",
  };
}
