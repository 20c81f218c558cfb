import { createHash } from "node:crypto";
import { resolve } from "node:path";
import { checkAndApply } from "../engine/saved-plan/check-and-apply";
import { stale } from "../engine/saved-plan/verification";
import type { DesiredState } from "../model/desired-state";
import { type Diagnostic, DiagnosticError } from "../model/diagnostic";
import type { Outcome } from "../model/outcome";
import type { Plan } from "../model/plan";
import { fileFault } from "../platform/file-fault";
import type { StateStore } from "../state/port";
import { recordOutcome } from "./audit/record-outcome";
import { readDesired } from "./inputs/inputs";
import type { PlanOptions, Prepared } from "./plan";
import { checksumOf } from "./plan-file";
import type { Platform } from "./platform";
import { judgePlan, type Overrides } from "./policy/judge-plan";
import { parsePolicies } from "./policy/policy-program";
import { throwDamage } from "./state/damage";
import { type LockWait, locked } from "./state/locked";
import { statePlace } from "./state/state-place";

export interface ApplySavedOptions extends LockWait, Overrides, Pick<PlanOptions, "policies"> {
  /** Folder of the local state; by default that of the plan. */
  readonly state?: string | undefined;
  readonly parallelism?: number | undefined;
}

export interface Within {
  /** Has to call `apply`; both are under one hold of the state's lock. */
  readonly within?: (state: StateStore, apply: () => Promise<Outcome>) => Promise<Outcome>;
}

/**
 * Applies a saved plan. The plan names its files, with paths from the working folder. Throws a `DiagnosticError`
 * (`plan-stale`), and sends nothing, if a file, the state, a manager or a value has changed, or if the plan was
 * applied before. An interrupted apply is resumed with the rest of the plan, unless another run has written to the
 * state since.
 *
 * @example
 * const saved = await parsePlan(await readFile("tokyo.plan", "utf8"), "tokyo.plan");
 * const outcome = await applySavedPlan(saved, {}, createPlatform());
 */
export async function applySavedPlan(
  saved: Plan,
  options: ApplySavedOptions,
  platform: Platform,
): Promise<Outcome> {
  // Before anything is parsed: that a file was edited is more useful than its present errors.
  refuse(await editedInputs(saved, platform));
  const files = saved.inputs.map(({ path }) => path);
  const desired = await readDesired({ files, policies: options.policies }, platform);
  const read = new Map(desired.inputs.map(({ path, sha256 }) => [path, sha256]));
  refuse(saved.inputs.filter(({ path, sha256 }) => read.get(path) !== sha256).map(edited));
  return applySavedDesired(saved, options, desired, platform);
}

/** The same with a desired state that is read already, for which the plan was made. */
export async function applySavedDesired(
  saved: Plan,
  { within = (_, apply) => apply(), ...options }: ApplySavedOptions & Prepared & Within,
  desired: DesiredState,
  platform: Platform,
): Promise<Outcome> {
  const policies = parsePolicies(options.policies);
  const files = saved.inputs.map(({ path }) => path);
  // A server is opened as declared: a saved URL has no credentials, and a remote may be relative to another folder.
  const isDeclared = desired.state !== undefined && desired.state.at !== "local";
  const named = isDeclared ? undefined : saved.state.location;
  const place =
    options.place ?? (await statePlace({ files, state: options.state ?? named }, desired, platform));
  const { managers, targets, shard, new_state: newState } = saved.options;
  return locked(
    { ...options, managers, targets, shard, newState, desired, place, command: "apply" },
    platform,
    async (context) => {
      throwDamage(context.state, Object.keys(saved.state.serials));
      await context.trail?.planned(saved, true, "saved-plan");
      const outcome = await within(context.state, () =>
        checkAndApply(context, {
          plan: saved,
          id: checksumOf(saved),
          judge: (planned) => judgePlan(planned, policies, options, platform),
        }),
      );
      if (saved.changes.length + saved.unknown.length === 0) await context.state.takeOver();
      return recordOutcome(context.trail, outcome);
    },
  );
}

async function editedInputs({ inputs }: Plan, { fileSystem, cwd }: Platform): Promise<Diagnostic[]> {
  const diagnostics = await Promise.all(
    inputs.map(async (input) => {
      try {
        const bytes = await fileSystem.readFile(resolve(cwd, input.path));
        const sha256 = createHash("sha256").update(bytes).digest("hex");
        return sha256 === input.sha256 ? [] : [edited(input)];
      } catch (error) {
        return [unreadable(input.path, cwd, error)];
      }
    }),
  );
  return diagnostics.flat();
}

function edited({ path }: { readonly path: string }): Diagnostic {
  return stale(`${path} was edited after planning`);
}

/** The paths in a plan are relative to the folder in which it was created. */
function unreadable(path: string, cwd: string, error: unknown): Diagnostic {
  return {
    ...stale(`${path} cannot be read from ${cwd}: ${fileFault(error)}`),
    remedy:
      "apply it from the folder where it was made, because its paths start there; or make a new plan here",
  };
}

function refuse(diagnostics: readonly Diagnostic[]): void {
  if (diagnostics.length > 0) throw new DiagnosticError(diagnostics);
}
