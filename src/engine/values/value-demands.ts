/** The declared values that a run may need. */

import { agentAddress, secretAddressOn } from "../../model/address";
import { declaresNothing, valuesOf } from "../../model/declared";
import type { DesiredManager, DesiredSecret, SecretBlock, SecretReference } from "../../model/desired-state";
import type { SourcePosition } from "../../model/diagnostic";
import { Limits } from "../../model/limits";

/** One declared value that a run may have to send. */
export interface ValueDemand {
  readonly reference: SecretReference;
  readonly manager: string;
  /** The key of an agent's secret. */
  readonly key?: string;
  /** The place of its declaration, for messages: an address, or an entry with a key. */
  readonly address: string;
  readonly position: SourcePosition;
  readonly limit: { readonly min: number; readonly max: number };
}

/** The value of an agent's secret. A run may have a million of them, and hardly ever asks for an address. */
class SecretDemand implements ValueDemand {
  readonly limit = Limits.secretValue;
  readonly #secret: DesiredSecret;
  readonly #agent: string;

  constructor(
    readonly manager: string,
    agent: string,
    readonly key: string,
    secret: DesiredSecret,
  ) {
    this.#agent = agent;
    this.#secret = secret;
  }

  get reference(): SecretReference {
    return this.#secret.source;
  }

  get position(): SourcePosition {
    return this.#secret.position;
  }

  get address(): string {
    return secretAddressOn(this.#agent, this.key);
  }
}

/** The login of a manager with declared resources; a manager that is only referred to gets its login when needed. */
export function* loginDemands(manager: DesiredManager): Generator<ValueDemand> {
  if (declaresNothing(manager)) return;
  const { name, auth, position, authPosition = position } = manager;
  const [reference, limit] =
    auth.method === "initial-secret"
      ? ([auth.secret, Limits.initialSecret] as const)
      : ([auth.password, Limits.passwordBytes] as const);
  yield { reference, manager: name, address: `${name}/auth`, position: authPosition, limit };
}

/** Every declared value of a manager whose address `wants` accepts; a value that several agents share occurs once. */
export function* demandsOf(
  manager: DesiredManager,
  wants: (address: string) => boolean,
): Generator<ValueDemand> {
  const { name } = manager;
  for (const { address, source: reference, position, limit } of valuesOf(manager))
    if (wants(address)) yield { reference, manager: name, address, position, limit };
  if (!wants(`${name}/agent`)) return;
  const asked = new Set<SecretBlock>();
  for (const { selector, secrets } of manager.agents) {
    if (asked.has(secrets)) continue;
    // A selector's values are named as if its pattern were a host.
    const agent = agentAddress(
      name,
      selector.by === "host"
        ? selector
        : { host: selector.match, managerHost: selector.managerHost ?? manager.host },
    );
    if (selector.by === "host" && !wants(agent)) continue;
    asked.add(secrets);
    for (const [key, secret] of secrets) yield new SecretDemand(name, agent, key, secret);
  }
}
