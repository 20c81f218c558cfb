import type { AgentRef } from "../../model/address";
import { Limits } from "../../model/limits";
import type { ChangeAgentSecrets, Operation } from "../../model/operation";
import { Stage } from "../stages";
import { KeyList } from "./key-list";
import { createsOf, type Writes } from "./writes";

export interface ObservedAgent {
  readonly manager: string;
  readonly address: string;
  readonly agent: AgentRef;
  /** The keys on the agent now. */
  readonly observed: readonly string[];
}

export interface KeysToChange {
  readonly writes: Writes;
  readonly deletes: readonly string[];
}

/**
 * One request, or two if the registered and the new keys together exceed the limit: the manager may count before it
 * deletes, so deletions then go first, in a request of their own.
 */
export function operationsOf(
  { manager, address, agent, observed }: ObservedAgent,
  { writes, deletes: deleted }: KeysToChange,
): Operation[] {
  const registered = observed.length;
  const { add, overwrites } = writes;
  const deletes = [...deleted].sort();
  if (add.length + deletes.length === 0) return [];
  const keys = KeyList.of(observed).digest;
  const operation = (
    id: string,
    written: readonly string[],
    removed: readonly string[],
    count: number,
  ): Operation & ChangeAgentSecrets => ({
    id: `${address}#${id}`,
    stage: Stage.changeAgentSecrets,
    manager,
    type: "change-agent-secrets",
    agent,
    add: written,
    delete: removed,
    precondition: { registered: count, overwrites: written.length > 0 ? overwrites : [], keys },
  });
  if (deletes.length === 0 || registered + createsOf(writes) <= Limits.secretsPerAgent) {
    return [operation("change", add, deletes, registered)];
  }
  return [
    operation("change-1-delete", [], deletes, registered),
    operation("change-2-add", add, [], registered - deletes.length),
  ];
}
