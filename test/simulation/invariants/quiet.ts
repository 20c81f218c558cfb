/** What must hold of a run without faults, and of the plan after it. */
import { agentAddress, isWithin } from "../../../src/model/address";
import { ExitCode } from "../../../src/model/exit-code";
import type { Plan } from "../../../src/model/plan";
import { holdsCanary } from "../canary";
import type { Exchange } from "../network";
import type { Run } from "../run";
import type { Scene } from "../scene";
import { mismatches } from "./mismatches";

/** A sentence of what is wrong for each violation; nothing where all is well. */
export type QuietInvariant = (applied: Run, planned: Run, scene: Scene) => string[];

/** One run without faults brings everything about, but for what a person has to decide. */
export const oneMoreRunConverges: QuietInvariant = (applied, _planned, scene) => {
  const { result, exitCode } = applied;
  if (result?.type !== "outcome") return [`it ends with ${result?.type}: ${JSON.stringify(result)}`];
  const { summary, plan } = result.outcome;
  const isBlocked = plan.blocked.length > 0;
  const blocked = plan.blocked.map(({ address }) => address);
  const left = mismatches(applied, scene).filter((mismatch) => !isExcused(mismatch, blocked));
  const right = isBlocked ? ExitCode.partial : ExitCode.done;
  const isRight = exitCode === right || (isBlocked && exitCode === ExitCode.failure);
  return [
    ...(summary.failed + summary.skipped > 0
      ? [`it failed: ${JSON.stringify(result.outcome.diagnostics)}`]
      : []),
    ...(isRight ? [] : [`it ends with ${exitCode}: ${JSON.stringify([plan.unknown, plan.blocked])}`]),
    ...left,
  ];
};

/** The plan after it holds nothing, and knows everything. */
export const thePlanAfterIsEmpty: QuietInvariant = (_applied, { result }) => {
  if (result?.type !== "plan")
    return [`the plan after it ends with ${result?.type}: ${JSON.stringify(result)}`];
  const { changes, operations, unknown } = result.plan;
  return [...changes, ...operations, ...unknown].map(
    (each) => `the plan after it is not empty: ${JSON.stringify(each)}`,
  );
};

/** It sends each write that it planned once, all of them pass, and it reads nothing twice. */
export const requestsAreMinimal: QuietInvariant = (
  { exchanges, result, plans },
  _planned,
  { simulation },
) => {
  // Nothing tells what a manager takes at once but its refusal.
  if (result?.type !== "outcome" || simulation.world.bodyLimit < 1_000) return [];
  const writes = exchanges.filter(({ isWrite }) => isWrite);
  const planned = result.outcome.plan.summary.requests;
  const failed = writes.filter(({ status }) => status !== 200);
  return [
    ...(writes.length === planned ? [] : [`${planned} writes were planned, and ${writes.length} sent`]),
    ...failed.map(({ call, status }) => `${call} was answered ${status}`),
    ...tooManyOf(writes, plans),
  ];
};

/** No file that a killed delivery was writing stays beside the sinks with a secret in it. */
export const noDraftHoldsASecret: QuietInvariant = (_applied, _planned, { machine: { disk } }) =>
  disk
    .paths()
    .filter((path) => path.includes("/.jp1im-") && holdsCanary(disk.peek(path)?.toString() ?? ""))
    .map((path) => `${path} holds a secret`);

/**
 * One change to each agent, or two if it is full or a deletion waits for what replaces it; one deletion of each kind,
 * one list of each thing in each round.
 */
function tooManyOf(writes: readonly Exchange[], plans: readonly Plan[]): string[] {
  const waiting = plans.flatMap(({ deferred }) => deferred.filter(({ action }) => action === "delete"));
  const waits = (manager: string, { agenthost: host, managerhost: managerHost }: Exchange["body"]) =>
    waiting.some(({ address }) => isWithin(address, agentAddress(manager, { host, managerHost })));
  const most = ({ manager, call, body }: Exchange) =>
    call === "agents/secrets/change" && (body.agenthost === "full01" || waits(manager, body)) ? 2 : 1;
  const counts = new Map<string, number>();
  const allowed = new Map<string, number>();
  for (const write of writes) {
    const { manager, call, body } = write;
    const name = `${manager} ${call} ${body.agenthost ?? body.clientId ?? body.hostname ?? ""}`;
    counts.set(name, (counts.get(name) ?? 0) + 1);
    allowed.set(name, most(write));
  }
  return [...counts]
    .filter(([name, count]) => count > (allowed.get(name) ?? 0))
    .map(([name, count]) => `${name} is sent ${count} times`);
}

function isExcused(mismatch: string, blocked: readonly string[]): boolean {
  return blocked.some((address) => {
    const name = decodeURIComponent(address.split("/").at(-1) ?? "");
    return mismatch.includes(`client ${name} `) || mismatch.includes(` of ${name} `);
  });
}
