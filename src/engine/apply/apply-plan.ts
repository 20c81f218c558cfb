import { agentAddress, clientAddress, lowerManagerAddress } from "../../model/address";
import { DiagnosticError } from "../../model/diagnostic";
import type { ChangeAgentSecrets, Operation } from "../../model/operation";
import type { Outcome } from "../../model/outcome";
import type { Plan } from "../../model/plan";
import type { SecretValue } from "../../model/secret-value";
import type { ApplyContext } from "../context";
import { forEachLimited } from "../limited";
import type { PlannedRun } from "../plan/make-plan";
import { applyAgentSecrets } from "./agent-secrets";
import { Applying } from "./applying";
import { applyDeleteClients, applyIssueClient } from "./clients";
import { applyIssueInitialSecret } from "./initial-secret";
import { removeLeftDrafts } from "./left-drafts";
import { applyDeleteLowerManagers, applyPutLowerManager } from "./lower-managers";
import { deliverablesOf, isDelivery, proveSinks } from "./prove-sinks";
import { dropEmptyManagers, recordPlannedManagers } from "./record-managers";
import { recordPlaces } from "./record-places";
import { recordVersions } from "./record-versions";
import { applyDelivery, dropObsolete } from "./recovered";
import { applyStateOnly, isStateOnly } from "./state-only";

/**
 * Carries a plan out and reports what became of every change. One failure does not stop what is independent of it.
 *
 * Throws a `DiagnosticError` before the first write when the policy refuses the plan or a sink cannot be written.
 */
export async function applyPlan(context: ApplyContext, planned: PlannedRun): Promise<Outcome> {
  const { plan } = planned;
  refuse(plan);
  const applying = new Applying(context, planned);
  // A login that has no value fails here, before the first write.
  await Promise.all(
    [...new Set(plan.operations.map(({ manager }) => manager))].map((name) => applying.port(name)),
  );
  const unfit = await proveSinks(deliverablesOf(planned), context, true);
  if (unfit.length > 0) throw new DiagnosticError(unfit);
  await removeLeftDrafts(context);
  context.report({ type: "phase", phase: "apply", total: plan.changes.length });
  recordPlannedManagers(context.state, planned);
  for (const change of plan.changes) applyStateOnly(applying, change);
  for (const change of plan.changes.filter(isDelivery)) await applyDelivery(applying, change);
  const issuing = deferIssued(applying, plan.operations);
  const byManager = new Map<string, Operation[]>();
  for (const operation of plan.operations) {
    const own = byManager.get(operation.manager);
    if (own) own.push(operation);
    else byManager.set(operation.manager, [operation]);
  }
  const work = [...byManager.values()].map((operations) => applyManager(applying, operations, issuing));
  // The lock must not be given up while one manager's requests are still under way because another's met a bug.
  for (const ended of await Promise.allSettled(work)) if (ended.status === "rejected") throw ended.reason;
  recordVersions(applying);
  await recordPlaces(applying);
  await conclude(applying);
  return applying.outcome();
}

/** From the first request on, every fault is in the outcome: one of the state, too, throws nothing that was done away. */
async function conclude(applying: Applying): Promise<void> {
  const { context, planned } = applying;
  try {
    dropEmptyManagers(context.state);
    await context.state.flush();
    await dropObsolete(applying);
  } catch (error) {
    // What was to be changed in the state alone was not.
    applying.fail(
      planned.plan.changes.filter(isStateOnly).map(({ address }) => address),
      error,
    );
  }
}

/** Throws a `DiagnosticError` with everything that forbids the plan. */
export function refuse({ diagnostics }: Plan): void {
  const refusals = diagnostics.filter(({ severity }) => severity === "error");
  if (refusals.length > 0) throw new DiagnosticError(refusals);
}

/** A promise for each initial secret that the plan issues, there before anybody waits for it. */
function deferIssued(applying: Applying, operations: readonly Operation[]) {
  const resolvers = new Map<string, (secret: SecretValue | undefined) => void>();
  for (const { type, manager } of operations) {
    if (type !== "issue-initial-secret") continue;
    applying.issued.set(manager, new Promise((resolve) => resolvers.set(manager, resolve)));
  }
  return resolvers;
}

/** The operations of one manager, stage after stage; those of one stage side by side. */
async function applyManager(
  applying: Applying,
  operations: readonly Operation[],
  issuing: ReadonlyMap<string, (secret: SecretValue | undefined) => void>,
): Promise<void> {
  const stages = [...new Set(operations.map(({ stage }) => stage))].sort((a, b) => a - b);
  for (const stage of stages) {
    const units = unitsOfWork(operations.filter((operation) => operation.stage === stage));
    await forEachLimited(units, applying.context.parallelism, async (unit) => {
      const [first] = unit;
      if (applying.context.signal.aborted) {
        if (first?.type === "issue-initial-secret") issuing.get(first.manager)?.(undefined);
      } else
        await applyUnit(applying, unit, issuing).catch((error) =>
          applying.fail(unit.flatMap(addressesOf), error),
        );
    });
  }
}

/** Operations that must follow each other: the one or two requests to one agent; any other stands alone. */
function unitsOfWork(operations: readonly Operation[]): Operation[][] {
  const units = new Map<string, Operation[]>();
  for (const operation of operations) {
    const name =
      operation.type === "change-agent-secrets"
        ? operation.id.slice(0, operation.id.lastIndexOf("#"))
        : operation.id;
    const unit = units.get(name);
    if (unit) unit.push(operation);
    else units.set(name, [operation]);
  }
  return [...units.values()];
}

async function applyUnit(
  applying: Applying,
  unit: readonly Operation[],
  issuing: ReadonlyMap<string, (secret: SecretValue | undefined) => void>,
): Promise<void> {
  const [operation] = unit;
  switch (operation?.type) {
    case undefined:
      return;
    case "issue-initial-secret":
      issuing.get(operation.manager)?.(await applyIssueInitialSecret(applying, operation));
      return;
    case "put-lower-manager":
      return applyPutLowerManager(applying, operation);
    case "delete-clients":
      return applyDeleteClients(applying, operation);
    case "issue-client":
      return applyIssueClient(applying, operation);
    case "delete-lower-managers":
      return applyDeleteLowerManagers(applying, operation);
    case "change-agent-secrets": {
      const changes = unit.filter((each) => each.type === "change-agent-secrets");
      return applyAgentSecrets(applying, agentUnit(applying, operation), changes);
    }
  }
}

/** What an operation is about, for those that can fail before their own first request: a state that takes no intent. */
function addressesOf(operation: Operation): string[] {
  const { manager } = operation;
  if (operation.type === "delete-clients") return operation.ids.map((id) => clientAddress(manager, id));
  if (operation.type === "delete-lower-managers")
    return operation.hosts.map((host) => lowerManagerAddress(manager, host));
  return [];
}

function agentUnit(applying: Applying, operation: Operation & ChangeAgentSecrets) {
  const address = agentAddress(operation.manager, operation.agent);
  const unit = applying.planned.agents.get(address);
  if (!unit) throw new Error(`${address} was not planned`);
  return unit;
}
