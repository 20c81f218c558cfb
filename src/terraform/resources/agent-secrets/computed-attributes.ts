import { agentAddress } from "../../../model/address";
import type { Connection } from "../../provider/connection";
import { attributesOf, Unknown, unknown } from "../../values/type";
import type { Attrs, PlannedChange } from "../resource-type";
import { refuse } from "../value-faults";
import { nameOf } from "./agent-name";
import { agentsIn, type DeclaredPart, refusedValues } from "./declared-part";
import { resourceId } from "./resource-id";
import { sharedValues } from "./shared-values";

/** The computed attributes after a complete apply. */
export function computedAttributes(
  config: Attrs,
  prior: Attrs | undefined,
  { agents, missing, keys, fingerprints }: DeclaredPart,
  connection: Connection,
): Attrs {
  const [agent] = agents;
  const isOne = typeof config.host === "string" && agent !== undefined;
  return {
    id: isOne ? agentAddress(connection.run.name, agent) : resourceId(config, prior, connection),
    manager_host: config.manager_host ?? (isOne ? agent.managerHost : null),
    // A later apply deletes the keys of agents that are unreachable now.
    fingerprints: {
      ...(missing.length > 0 && attributesOf(prior?.fingerprints)),
      ...fingerprintsOf(keys, fingerprints),
    },
    agents: [...agents, ...missing].map(nameOf).sort(),
    drift: {},
  };
}

/** The state while it is unknown which agents have the secrets. */
export function openState(
  { prior, config, next }: Pick<PlannedChange, "prior" | "config" | "next">,
  connection: Connection,
): Attrs {
  refuse(refusedValues(config));
  const { secrets_wo: secrets } = config;
  const prints = () =>
    fingerprintsOf(Object.keys(attributesOf(secrets)), sharedValues(connection.run, config).fingerprints);
  return {
    ...next,
    id: resourceId(config, prior, connection),
    manager_host:
      typeof config.match === "string" ? (config.manager_host ?? null) : (next.manager_host ?? unknown),
    fingerprints: secrets instanceof Unknown || secrets === null ? unknown : prints(),
    agents: unknown,
    drift: unknown,
    written_at: unknown,
  };
}

function fingerprintsOf(keys: readonly string[], known: ReadonlyMap<string, string>): Attrs {
  return Object.fromEntries(keys.map((key) => [key, known.get(key) ?? unknown]));
}

/**
 * The state after a failed apply: the former state, and the keys that the apply may have written. They have no
 * fingerprints, so that a later apply writes them again or deletes them.
 */
export function stateAfterFailure(prior: Attrs | undefined, next: Attrs): Attrs {
  const keys = Object.keys(attributesOf(next.fingerprints)).map((key) => [key, null] as const);
  const agents = new Set([...agentsIn(prior), ...agentsIn(next)].map(nameOf));
  return {
    ...(prior ?? { ...next, written_at: null }),
    fingerprints: { ...Object.fromEntries(keys), ...attributesOf(prior?.fingerprints) },
    agents: [...agents].sort(),
  };
}
