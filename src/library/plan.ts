import { deliverablesOf, proveSinks } from "../engine/apply/prove-sinks";
import { makePlan, type PlanRequest } from "../engine/plan/make-plan";
import { writtenManagers } from "../engine/scope";
import type { DesiredState } from "../model/desired-state";
import { type Diagnostic, DiagnosticError, failure } from "../model/diagnostic";
import type { Plan, PlanMode } from "../model/plan";
import type { Shard } from "../model/shard";
import { type PlannedKey, readStateOfPlan } from "../state/key-of-plan";
import { OpenLogs } from "../state/open-logs";
import { type InputOptions, readDesired, requireFreePlace } from "./inputs/inputs";
import { type Review, readUnreviewed } from "./inputs/trust";
import type { Platform } from "./platform";
import { askPolicies, parsePolicies } from "./policy/policy-program";
import { withRun } from "./prepare-run";
import { stateOfRun } from "./state/locate-state";
import { findSpareStateKey, findStateKey, keepStateKey } from "./state/state-key";
import { isFolder, type StatePlace, withState } from "./state/state-place";
import { unknownToState } from "./state/unknown-to-state";

export interface PlanOptions extends InputOptions {
  readonly mode?: PlanMode | undefined;
  readonly managers?: readonly string[] | undefined;
  /** The part of the fleet that is in scope; a manager's name decides its shard. */
  readonly shard?: Shard | undefined;
  readonly targets?: readonly string[] | undefined;
  /** Addresses of clients and initial secrets to reissue although they are as declared. */
  readonly rotate?: readonly string[] | undefined;
  /** Requests in flight on each manager, at most; 10 by default. */
  readonly parallelism?: number | undefined;
  readonly refresh?: boolean | undefined;
  /** With false, it reads no value, runs no program, and sends no credentials except as `trust` permits. */
  readonly secrets?: boolean | undefined;
  /**
   * Files and folders with a reviewed desired state, for a run without secrets: managers with the same name and URL,
   * and vaults with the same settings, are asked with the logins and certificates that are declared there.
   */
  readonly trust?: readonly string[] | undefined;
  /**
   * The plan will be saved. Unless it is refused, which includes a wrong state key, a missing state key is created,
   * so that the plan has fingerprints.
   */
  readonly save?: boolean | undefined;
  /** The file that the plan will be saved to, from the working folder; refused where something else needs it. */
  readonly out?: string | undefined;
  /** Continues if the state has no record of a manager on which declared resources exist already. */
  readonly newState?: boolean | undefined;
  /** Whether to check, without writing, every sink that an apply would prove; true by default. */
  readonly proveSinks?: boolean | undefined;
  /**
   * Programs that get the plan's JSON on their standard input, and refuse it by exiting with anything but 0: words with
   * spaces between them, or JSON as under `exec` in the desired state.
   */
  readonly policies?: readonly string[] | undefined;
}

/**
 * What an apply would do, determined without writing anything and without the lock.
 * Throws a `DiagnosticError` for invalid input; what cannot be observed is in the plan as *unknown*.
 *
 * @example
 * const { changes } = await plan({ files: ["tokyo.yaml"], targets: ["tokyo/client"] }, createPlatform());
 */
export async function plan(options: PlanOptions, platform: Platform): Promise<Plan> {
  if (options.save && options.files.includes("-")) throw fromStdin();
  const review = await reviewOf(options, platform);
  const desired = review?.desired ?? (await readDesired(options, platform));
  if (options.out !== undefined) {
    const file = { path: options.out, option: "--out", code: "plan-unwritable" } as const;
    await requireFreePlace(file, options, desired, platform);
  }
  return planDesired({ ...options, provesTrail: true, review }, desired, platform);
}

/** What a caller of several runs has already. */
export interface Prepared {
  /** The place of the state; if absent, the options and the desired state determine it. */
  readonly place?: StatePlace | undefined;
}

interface PlanExtras {
  readonly review?: Review | undefined;
  /** Whether to check that an apply could begin its audit trail; one that writes has begun it. */
  readonly provesTrail?: boolean;
}

/** The same with a desired state that is read already. */
export async function planDesired(
  options: PlanOptions & Prepared & PlanExtras,
  desired: DesiredState,
  platform: Platform,
): Promise<Plan> {
  const { save = false, secrets = true } = options;
  const policies = parsePolicies(options.policies);
  const place = options.place ?? (await stateOfRun(options, desired, platform));
  const key = await (secrets ? findStateKey(place, platform) : findSpareStateKey(place, platform));
  const logs = new OpenLogs(place.storage);
  return withRun({ options, desired, place, key }, platform, async (context) => {
    const report = (diagnostic: Diagnostic) => platform.report({ type: "diagnostic", diagnostic });
    // Without values, nothing depends on the key, so the planning machine need not have it.
    const keyId = secrets ? context.fingerprints.keyId : undefined;
    const use = keyUse(options, desired, place, keyId);
    const { state, keyed } = await readStateOfPlan({
      ...use,
      isNewKey: key.origin === "new",
      report,
      isSaved: save,
      logs,
    });
    const planned = await makePlan(await withState(context, state), requestOf(options));
    const unknown = options.newState ? [] : unknownToState(planned.plan, state);
    // Without values there may be no access to the sinks, either; and a drift is about the present state, not about
    // an apply.
    const isProven = secrets && options.proveSinks !== false;
    const written = new Set(use.managers);
    const mayWrite = (manager: string) => written.has(manager);
    const unfit = isProven ? await proveSinks(deliverablesOf(planned), { ...context, state, mayWrite }) : [];
    const refusals = [
      ...keyed,
      ...unknown,
      ...unfit,
      ...(isProven && options.provesTrail ? await trailFaults(desired, platform) : []),
      ...(await askPolicies(policies, planned.plan, platform)),
    ];
    const plan = carrying(options, {
      ...planned.plan,
      diagnostics: [...planned.plan.diagnostics, ...refusals],
    });
    if (save && secrets && !platform.signal.aborted && !isRefused(plan)) await keepStateKey(key, platform);
    return plan;
  }).finally(() => logs.close());
}

async function trailFaults({ audit }: DesiredState, platform: Platform): Promise<readonly Diagnostic[]> {
  if (audit === undefined) return [];
  const { proveTrail } = await import("./audit/open-run-trail.js");
  return proveTrail(audit, platform).then(
    () => [],
    (error: unknown) => {
      if (error instanceof DiagnosticError) return error.diagnostics;
      throw error;
    },
  );
}

/** What the apply of the plan does if the state has another key. */
function keyUse(
  { managers = [], targets = [], shard, newState }: PlanOptions,
  desired: DesiredState,
  place: StatePlace,
  keyId: string | undefined,
): Omit<PlannedKey, "report"> {
  return {
    storage: place.storage,
    keyId,
    managers: writtenManagers({ managers, targets, shard }, desired),
    isNewState: newState,
    mayTakeOver: isFolder(place),
  };
}

/** The plan with the options that its apply needs. */
function carrying({ newState = false }: PlanOptions, plan: Plan): Plan {
  return newState ? { ...plan, options: { ...plan.options, new_state: true } } : plan;
}

/** Whether an apply of the plan would stop at an error, so that the plan will not be saved. */
function isRefused({ diagnostics }: Plan): boolean {
  return diagnostics.some(({ severity }) => severity === "error");
}

/** Absent if values are read: such a run trusts its desired state completely. */
async function reviewOf(options: PlanOptions, platform: Platform): Promise<Review | undefined> {
  const { secrets = true, trust } = options;
  if (!secrets) return readUnreviewed(options, platform);
  if (trust === undefined) return undefined;
  throw failure({
    code: "usage",
    summary: "--trust says what a run without secrets may use, and this run reads every value",
    remedy: "add --no-secrets, or leave --trust out (JP1IM_TRUST in the environment)",
  });
}

function fromStdin(): DiagnosticError {
  return failure({
    code: "usage",
    summary: "a plan from standard input cannot be saved: an apply reads its files again, and there is none",
    remedy: "write the desired state to a file and name that with -f",
  });
}

export function requestOf(options: PlanOptions): PlanRequest {
  const {
    mode = "apply",
    managers = [],
    targets = [],
    refresh = true,
    secrets = true,
    rotate = [],
    shard,
  } = options;
  return { mode, managers, targets, refresh, secrets, rotate, shard };
}
