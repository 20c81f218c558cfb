import { type Holding, type StateView, Takeovers, takeOver } from "../../library/manager-run/takeovers";
import type { Plan } from "../../model/plan";
import { type AttributePath, type Fault, fault } from "../fault";
import type { Connection } from "../provider/connection";
import { takenOverResult } from "./claim-faults";
import type { PlannedChange, Result } from "./resource-type";
import { refuse } from "./value-faults";

type Change = Pick<PlannedChange, "prior" | "isReplaced" | "token">;

/** What a resource must record as its own from now on. */
export interface Takeover extends Holding {
  readonly token: string;
}

/** A warning if a declared address belongs to another resource. Terraform's plan shows only a creation, or nothing. */
export async function takeoverFaults(
  address: string,
  { prior, isReplaced, token }: Change,
  { changes }: Pick<Plan, "changes">,
  { run }: Connection,
  path?: AttributePath,
): Promise<Fault[]> {
  const state = await run.state();
  const isOfOther = new Takeovers(state, run.name).isOfOther(token, address);
  if (prior) return isOfOther ? [takenByOtherFault(address, path)] : [];
  const isThere = isInUse(state, address) && !changes.some(({ action }) => action === "create");
  return isOfOther || (isThere && !isReplaced) ? [takesFromOtherFault(address, path)] : [];
}

/**
 * The takeover that an apply has to record, if any. Throws a `FaultError` if another resource took the address during
 * this walk.
 */
export async function takeoverOf(
  address: string,
  { prior, token }: Change,
  { run, claims }: Connection,
): Promise<Takeover | undefined> {
  const state = await run.state();
  const isOfOther = new Takeovers(state, run.name).isOfOther(token, address);
  const isTaken = isOfOther || (prior === undefined && isRecorded(state, address));
  if (!isTaken) return undefined;
  const before = prior === undefined && isInUse(state, address) ? await run.stateAtBegin() : undefined;
  if (before && !isRecorded(before, address) && claims.documentAction(address) === undefined)
    refuse([writtenMeanwhileFault(address)]);
  return { token, of: [address] };
}

/** Provider blocks of one manager, even aliases, are separate processes, so their plans do not see each other. */
export function writtenMeanwhileFault(what: string, path?: AttributePath): Fault {
  const summary = `Another resource or run wrote ${what} since this apply began`;
  const detail =
    "This resource wrote nothing: the two would overwrite each other, and destroying one would delete what both have. Declare it in one place only. The other one can also be a resource of another provider block or alias, or another run on the same state.";
  return fault(path, summary, detail);
}

/** Applies and records a takeover under one lock, so that no destroy comes between the two. */
export async function applyWithTakeover(
  takeover: Takeover | undefined,
  { run }: Connection,
  apply: () => Promise<Result>,
): Promise<Result> {
  if (takeover === undefined) return apply();
  return run.holding(async (state) => {
    const done = await apply();
    if (done.state) await takeOver(state, run.name, takeover.token, takeover);
    return done;
  });
}

/** Destroys only what no other resource has taken over since. */
export function destroyUnlessTakenOver(
  address: string,
  token: string,
  { run }: Connection,
  destroy: () => Promise<Result>,
): Promise<Result> {
  return run.holding(async (state) =>
    new Takeovers(state, run.name).isOfOther(token, address) ? takenOverResult(address) : destroy(),
  );
}

/** A warning in the plan of a destroy if the resource stays. */
export async function takenOverWarnings(
  address: string,
  token: string,
  { run }: Connection,
): Promise<readonly Fault[]> {
  const isOfOther = new Takeovers(await run.state(), run.name).isOfOther(token, address);
  return isOfOther ? (takenOverResult(address).faults ?? []) : [];
}

export function isRecorded(state: StateView, address: string): boolean {
  const record = state.record(address);
  return record !== undefined && !("status" in record && record.status === "retired");
}

/** An unfinished issue does not count: it is most likely a failed creation of this resource. */
function isInUse(state: StateView, address: string): boolean {
  const record = state.record(address);
  return isRecorded(state, address) && !(record && "status" in record && record.status === "issuing");
}

export function takesFromOtherFault(what: string, path?: AttributePath): Fault {
  const ways = [
    "Another resource, another workspace or module with the same `state`, or a `jp1im` command has it, unless an apply ended before Terraform stored it. From then on, destroying this resource deletes it, and destroying the former one does not.",
    "To rename a resource, use a `moved` block. To give it to another configuration, use `removed` with `destroy = false` there and an `import` block here. If this resource should not have it, do not apply: give each workspace its own names and its own `state`.",
  ];
  const summary = `This takes over ${what}, which the provider's state has already`;
  return fault(path, summary, ways.join("\n"), "warning");
}

export function takenByOtherFault(what: string, path?: AttributePath): Fault {
  const detail =
    "Destroying this resource no longer deletes it, unless this resource is applied again after the other one: the one that was applied or imported last has it. Declare it in one place only; `terraform state rm` forgets the other one. If the other one was only planned with an `import` block, `terraform state rm` and an import of this resource take it back.";
  const summary = `Another resource, of this or another workspace or module, took over ${what}`;
  return fault(path, summary, detail, "warning");
}
