import type { Change } from "../../model/change";
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
 * Carries a plan out and reports what became of every change. One failure does not stop what is independent of it.
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
  const unfit = await proveSinks(deliverablesOf(planned), context, true);
  if (unfit.length > 0) throw new DiagnosticError(unfit);
  await removeStaleDrafts(context);
  context.report({ type: "phase", phase: "apply", total: plan.changes.length });
  const isNew = context.state.lineage === "";
  recordPlannedManagers(context.state, planned);
  // Two first runs may make the state's key at once: the one that loses ends here, with nothing sent.
  if (isNew) await context.state.flush();
  for (const change of plan.changes.filter(isStateOnly)) {
    resourceKind(change.kind).changeState(applying.state, change);
    applying.succeed(change.address);
  }
  for (const change of plan.changes.filter(isDelivery)) await deliverKeptSecret(applying, change);
  const byManager = new Map<string, Operation[]>();
  for (const operation of plan.operations) {
    const own = byManager.get(operation.manager);
    if (own) own.push(operation);
    else byManager.set(operation.manager, [operation]);
  }
  const work = [...byManager].map(([manager, own]) => applyManager(applying, manager, own));
  // The lock must not be given up while one manager's requests are still under way because another's met a bug.
  for (const ended of await Promise.allSettled(work)) if (ended.status === "rejected") throw ended.reason;
  recordVersions(applying);
  await recordPlaces(applying);
  await conclude(applying);
  return applying.outcome();
}

/** Whether a change is one of the state alone. */
function isStateOnly({ action }: Change): boolean {
  return action === "forget" || action === "no-op";
}

/** From the first request on, every fault is in the outcome: one of the state, too, throws nothing that was done away. */
async function conclude(applying: ApplyRun): Promise<void> {
  const { context, planned } = applying;
  try {
    dropEmptyManagers(context.state);
    await context.state.flush();
    await dropObsoleteSecrets(applying);
  } catch (error) {
    // What was to be changed in the state alone was not.
    const lost = planned.plan.changes.filter(
      (each) => isStateOnly(each) && !applying.isRecorded(each.address),
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

/** The operations of one manager, stage after stage; those of one stage side by side. */
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
    if (!signal.aborted && manager !== undefined) await applying.state.verify(manager);
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
