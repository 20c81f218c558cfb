import { type AgentRef, agentAddress, secretAddressOn } from "../../../model/address";
import { type Fault, fault } from "../../fault";
import type { Connection } from "../../provider/connection";
import { documentFaultsOf } from "../claim-faults";
import { nameOf } from "./agent-name";
import type { DeclaredPart } from "./declared-part";

/** An error for each key that another resource gives to the same agent. The two would overwrite each other for ever. */
export function claimFaults(
  { agents, keys }: DeclaredPart,
  token: string,
  { run, claims }: Connection,
): Fault[] {
  const declared = new Set(keys);
  const taken = agents.flatMap((agent) => {
    const others = claims.claimKeys(agentAddress(run.name, agent), declared, token);
    return others.map((key) => [agent, key] as const);
  });
  const byKey = new Map(taken.map(([agent, key]) => [key, agent] as const));
  const shared = documentClaims(agents, keys, { run, claims });
  return [
    ...shared,
    ...[...byKey].map(([key, agent]) =>
      fault(
        ["secrets_wo", { key }],
        `Another resource gives ${JSON.stringify(key)} to ${nameOf(agent)} as well`,
        "Declare each key of an agent in one resource: narrow the selector, or remove the key from one of them.",
      ),
    ),
  ];
}

function documentClaims(
  agents: readonly AgentRef[],
  keys: readonly string[],
  { run, claims }: Pick<Connection, "run" | "claims">,
): Fault[] {
  if (!claims.hasDocuments) return [];
  return keys.flatMap((key) => {
    const faults = agents.flatMap((agent) =>
      documentFaultsOf(secretAddressOn(agentAddress(run.name, agent), key), ["secrets_wo", { key }], claims),
    );
    return faults.slice(0, 1);
  });
}

export function* claimedKeys({ agents, keys }: DeclaredPart, manager: string): Generator<string> {
  for (const agent of agents) {
    const address = agentAddress(manager, agent);
    for (const key of keys) yield secretAddressOn(address, key);
  }
}
