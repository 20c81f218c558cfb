import { agentAddress, parseAddress, secretAddress } from "../../model/address";
import type { AgentDeclaration } from "../../model/desired-state";
import type { AgentRecord } from "../../state/port";
import type { ResourceKind } from "../resource-kind";
import { forgetEmpty } from "./agent-record";
import { AgentSecretsWork } from "./apply";
import { type AgentEntry, decodeAgents, mergeAgents } from "./decode";
import { importAgentSecrets } from "./import";
import { mayMatch } from "./selection";

const noDigests: Pick<AgentRecord, "digest" | "versions"> = {};

/** The secrets of integrated agents, by key, as `listAgentSecrets` (5.18.3) shows them: written and deleted, never read back. */
export const agentSecretsKind: ResourceKind<AgentEntry, readonly AgentDeclaration[]> = {
  name: "secret",
  decode: decodeAgents,
  merge: ({ host }, declared, diagnostics) => mergeAgents(host, declared, diagnostics),
  changeState(state, { address }) {
    const addressed = parseAddress(address);
    if (addressed?.kind !== "secret") return;
    const { manager, agent, key } = addressed;
    const place = agentAddress(manager, agent);
    const record = state.record(place);
    const { digest, versions: versionsDigest } = record?.kind === "agent" ? record : noDigests;
    const digests = { digest: digest || undefined, versionsDigest: versionsDigest || undefined };
    state.patchAgent(place, { manager, agent, set: [], unset: [key], ...digests });
    forgetEmpty(state, place);
  },
  declares: ({ agents }, addressed) =>
    addressed.kind === "secret" &&
    agents.some(({ selector, secrets }) => secrets.has(addressed.key) && mayMatch(selector, addressed.agent)),
  operations: {
    "change-agent-secrets": {
      addresses: ({ manager, agent, add, delete: remove }) =>
        [...add, ...remove].map((key) => secretAddress(manager, agent, key)),
      within(operation, wanted) {
        const isWanted = (key: string) => wanted(secretAddress(operation.manager, operation.agent, key));
        const [add, remove] = [operation.add.filter(isWanted), operation.delete.filter(isWanted)];
        return add.length + remove.length > 0 ? { ...operation, add, delete: remove } : undefined;
      },
      unit: ({ id }) => id.slice(0, id.lastIndexOf("#")),
      work: (applying, operations) => new AgentSecretsWork(applying, operations),
      difference: ({ precondition: then }, { precondition: now }, place) =>
        then.keys === now.keys
          ? `the requests to ${place} would be others now`
          : `keys that the plan is not about were added to or removed from ${place}: it held ${then.registered} and holds ${now.registered}`,
    },
  },
  import: importAgentSecrets,
};
