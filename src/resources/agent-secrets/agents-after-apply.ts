import type { ListedKeys } from "../../model/listed-keys";
import type { Operation } from "../../model/operation";
import type { KnownAnswer } from "../../state/port";
import type { UnitPlan } from "../unit-plan";
import { KeyList } from "./key-list";

/** An agent that is in sync once the operations of its plan are carried out. */
export interface AgentAfterApply {
  /** The answer that will list its keys, if no operation adds or deletes one. */
  readonly answer?: KnownAnswer | undefined;
}

/** More characters of names are not worth their space in the state. */
const MOST_CHARACTERS = 500;

/** The agents of a manager that the latest plans bring into sync, and the answer that each will then give. */
export class AgentsAfterApply {
  readonly #inSync = new Map<string, AgentAfterApply & { readonly keys: number }>();

  note(address: string, plan: UnitPlan, observed: ListedKeys, declared: ReadonlySet<string>): void {
    this.#inSync.delete(address);
    if (!plan.leavesDeclared || plan.operations.length === 0) return;
    const answer = plan.operations.every(onlyOverwrites) ? answerOf(observed, declared) : undefined;
    this.#inSync.set(address, { keys: keysOf(plan.operations), answer });
  }

  /** `undefined` if the agent may not be in sync, or if these are not all operations of the latest plan. */
  after(address: string, operations: readonly Operation[]): AgentAfterApply | undefined {
    const agent = this.#inSync.get(address);
    return agent?.keys === keysOf(operations) ? agent : undefined;
  }
}

function answerOf(observed: ListedKeys, declared: ReadonlySet<string>): KnownAnswer | undefined {
  const others = KeyList.of(observed).others(declared);
  const characters = others.reduce((sum, { length }) => sum + length, 0);
  const digest = characters <= MOST_CHARACTERS ? observed.answerDigest?.() : undefined;
  return digest === undefined ? undefined : { digest, others };
}

function onlyOverwrites(operation: Operation): boolean {
  if (operation.type !== "change-agent-secrets") return false;
  const { add, delete: remove, precondition } = operation;
  return remove.length === 0 && add.length === precondition.overwrites.length;
}

function keysOf(operations: readonly Operation[]): number {
  let keys = 0;
  for (const each of operations)
    if (each.type === "change-agent-secrets") keys += each.add.length + each.delete.length;
  return keys;
}
