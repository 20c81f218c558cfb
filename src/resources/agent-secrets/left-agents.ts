import type { ListedKeys } from "../../model/listed-keys";
import type { Operation } from "../../model/operation";
import type { KnownAnswer } from "../../state/port";
import type { UnitPlan } from "../unit-plan";
import { KeyList } from "./key-list";

/** An agent on which nothing is left to do once the operations of its plan are carried out. */
export interface LeftAgent {
  /** The answer that will list its keys: no operation adds one or takes one away. */
  readonly answer?: KnownAnswer;
}

/** More characters of names are not worth their room in the state. */
const MOST_CHARACTERS = 500;

/** What the latest plans of a manager's agents say of the time after them. */
export class LeftAgents {
  readonly #left = new Map<string, LeftAgent & { readonly keys: number }>();

  note(address: string, plan: UnitPlan, observed: ListedKeys, declared: ReadonlySet<string>): void {
    this.#left.delete(address);
    if (!plan.leavesDeclared || plan.operations.length === 0) return;
    const answer = plan.operations.every(onlyOverwrites) ? answerOf(observed, declared) : undefined;
    this.#left.set(address, { keys: keysOf(plan.operations), ...(answer && { answer }) });
  }

  /** `undefined` where something may be left, or where these are not all the operations of the latest plan. */
  after(address: string, operations: readonly Operation[]): LeftAgent | undefined {
    const left = this.#left.get(address);
    return left?.keys === keysOf(operations) ? left : undefined;
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
