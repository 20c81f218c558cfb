import type { Operation } from "../../model/operation";
import { operationKind } from "../../resources/kinds";
import type { OperationWork } from "../../resources/resource-kind";
import { chunks } from "../limited";
import type { ApplyRun } from "./apply-run";

/**
 * Number of units whose intents one flush makes durable, if a flush may take a server seconds. After a crash, the
 * next run repeats the writes of these units. If a flush is nearly free, no intent is recorded long before its write.
 */
const UNITS_PER_FLUSH = 200;

/**
 * Operations that must run one after the other: the one or two requests to an agent. Any other operation is a unit by
 * itself.
 */
export interface UnitOfWork {
  readonly operations: readonly Operation[];
  readonly work: OperationWork;
  /** Resolves once the unit's intent is durable. */
  readonly intended: Promise<void>;
}

/**
 * The units of one manager's operations, in groups. The intents of a group become durable together, while the
 * requests of the previous group are in flight.
 */
export function* unitsOfWork(
  applying: ApplyRun,
  manager: string,
  operations: readonly Operation[],
): Generator<UnitOfWork> {
  const { state, context } = applying;
  const atOnce = state.flushPauseMs > 0 ? UNITS_PER_FLUSH : Math.max(1, context.parallelism);
  let ready: readonly UnitOfWork[] = [];
  for (const some of chunks(groupedByUnit(operations), atOnce)) {
    const next = intend(applying, manager, some);
    yield* ready;
    ready = next;
  }
  yield* ready;
}

function intend(
  applying: ApplyRun,
  manager: string,
  group: readonly (readonly Operation[])[],
): readonly UnitOfWork[] {
  const units = group.map((unit) => ({ operations: unit, work: workOn(applying, unit) }));
  const intended = recordIntents(applying, manager, units);
  // A unit that never starts does not await it.
  intended.catch(() => undefined);
  return units.map((unit) => ({ ...unit, intended }));
}

/** Rejects if what the state holds of an agent cannot be read any more: then no unit of the group is sent. */
async function recordIntents(
  { state }: ApplyRun,
  manager: string,
  units: readonly Pick<UnitOfWork, "work">[],
): Promise<void> {
  for (const { work } of units) work.intend?.();
  if (units.some(({ work }) => work.intend !== undefined)) await state.flush([manager]);
}

/** Makes the results of one manager's units durable during the run, so that little is repeated after a crash. */
export function flushingResults({ state, clock }: ApplyRun, manager: string): () => void {
  let last = clock.now();
  return () => {
    if (clock.now() - last < state.flushPauseMs) return;
    last = clock.now();
    // After a failed flush every later one fails, too; that of the next intents is reported.
    state.flush([manager]).catch(() => undefined);
  };
}

function workOn(applying: ApplyRun, operations: readonly Operation[]): OperationWork {
  const [first] = operations;
  if (first === undefined) throw new Error("a unit of work has no operation");
  return operationKind(first).work(applying, operations);
}

function groupedByUnit(operations: readonly Operation[]): Operation[][] {
  const units = new Map<string, Operation[]>();
  for (const operation of operations) {
    const name = operationKind(operation).unit?.(operation) ?? operation.id;
    const unit = units.get(name);
    if (unit) unit.push(operation);
    else units.set(name, [operation]);
  }
  return [...units.values()];
}
