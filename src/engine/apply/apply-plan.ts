import { changesBeside, changesThat, type SharedChange } from "../../model/agent-spans";
import { DiagnosticError } from "../../model/diagnostic";
import type { Operation } from "../../model/operation";
import type { Outcome } from "../../model/outcome";
import type { Plan } from "../../model/plan";
import { operationKind, resourceKind } from "../../resources/kinds";
import type { ApplyContext } from "../context";
import { forEachLimited } from "../limited";
import type { PlannedRun } from "../plan/make-plan";
import { ApplyRun } from "./apply-run";
import { deliverKeptSecret, dropObsoleteSecrets } from "./deliver-kept-secret";
import { flushingResults, type UnitOfWork, unitsOfWork } from "./intend-in-groups";
import { deliverablesOf, isDelivery, proveSinks } from "./prove-sinks";
import { dropEmptyManagers, recordPlannedManagers } from "./record-managers";
import { recordPlaces } from "./record-places";
import { recordVersions } from "./record-versions";
import { removeStaleDrafts } from "./remove-stale-drafts";

/**
 * Applies a plan and reports the outcome of every change. A failure does not stop changes that are independent of it.
 *
 * Throws a `DiagnosticError` before the first write when the policy refuses the plan or a sink cannot be written.
 */
export async function applyPlan(context: ApplyContext, planned: PlannedRun): Promise<Outcome> {
  const { plan } = planned;
  refuse(plan);
  const applying = new ApplyRun(context, planned);
  // A login that has no value fails here, before the first write.
  await Promise.all(
    [...new Set(plan.operations.map(({ manager }) => manager))].map((name) => applying.port(name)),
  );
  const mayWrite = (manager: string) => context.state.mayWrite(manager);
  const unfit = await proveSinks(deliverablesOf(planned), { ...context, mayWrite }, true);
  if (unfit.length > 0) throw new DiagnosticError(unfit);
  await removeStaleDrafts(context);
  context.report({ type: "phase", phase: "apply", total: plan.changes.length });
  const isNew = context.state.lineage === "";
  recordPlannedManagers(context.state, planned);
  // Two first runs may create the state's key at the same time: the loser ends here and has sent nothing.
  if (isNew) await context.state.flush();
  for (const change of changesThat(plan.changes, isStateOnly)) {
    resourceKind(change.kind).changeState(applying.state, change);
    applying.succeed(change.address);
  }
  for (const change of [...changesBeside(plan.changes)].filter(isDelivery))
    await deliverKeptSecret(applying, change);
  const byManager = new Map<string, Operation[]>();
  for (const operation of plan.operations) {
    const own = byManager.get(operation.manager);
    if (own) own.push(operation);
    else byManager.set(operation.manager, [operation]);
  }
  const work = [...byManager].map(([manager, own]) => applyManager(applying, manager, own));
  // If one manager's work meets a bug, the lock must be kept until the requests to the other managers have ended.
  for (const ended of await Promise.allSettled(work)) if (ended.status === "rejected") throw ended.reason;
  await conclude(applying);
  return applying.outcome();
}

/** Whether a change affects only the state. */
function isStateOnly({ action }: SharedChange): boolean {
  return action === "forget" || action === "no-op";
}

/**
 * After the first request, every fault is part of the outcome, even one of the state, so that the report of earlier
 * changes is not lost.
 */
async function conclude(applying: ApplyRun): Promise<void> {
  const { context, planned } = applying;
  try {
    recordVersions(applying);
    await recordPlaces(applying);
  } catch (error) {
    applying.fail([], error);
  }
  try {
    dropEmptyManagers(context.state);
    await context.state.flush();
    await dropObsoleteSecrets(applying);
  } catch (error) {
    // Changes of the state alone were not recorded.
    const lost = [...changesThat(planned.plan.changes, isStateOnly)].filter(
      ({ address }) => !applying.isRecorded(address),
    );
    applying.fail(
      lost.map(({ address }) => address),
      error,
    );
  }
}

/** Throws a `DiagnosticError` with everything that forbids the plan. */
export function refuse({ diagnostics }: Plan): void {
  const refusals = diagnostics.filter(({ severity }) => severity === "error");
  if (refusals.length > 0) throw new DiagnosticError(refusals);
}

/** Runs the operations of one manager stage by stage, those of one stage in parallel. */
async function applyManager(
  applying: ApplyRun,
  manager: string,
  operations: readonly Operation[],
): Promise<void> {
  const stages = [...new Set(operations.map(({ stage }) => stage))].sort((a, b) => a - b);
  const flushResults = flushingResults(applying, manager);
  for (const stage of stages) {
    const own = operations.filter((operation) => operation.stage === stage);
    await forEachLimited(unitsOfWork(applying, manager, own), applying.context.parallelism, async (unit) => {
      await applyUnit(applying, unit);
      flushResults();
    });
  }
}

async function applyUnit(applying: ApplyRun, { operations, work, intended }: UnitOfWork): Promise<void> {
  const { signal } = applying.context;
  try {
    if (!signal.aborted) await intended;
    const [{ manager } = {}] = operations;
    if (!signal.aborted && manager !== undefined) await applying.state.requireHeld(manager);
    if (signal.aborted) work.giveUp?.();
    else await work.carryOut();
  } catch (error) {
    applying.fail(
      operations.flatMap((operation) => operationKind(operation).addresses(operation)),
      error,
    );
  } finally {
    work.end?.();
  }
}
