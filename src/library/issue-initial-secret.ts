import { applyPlan } from "../engine/apply/apply-plan";
import type { ApplyContext } from "../engine/context";
import { makePlan, unitsOf } from "../engine/plan/make-plan";
import { emptyPrior, priorStates } from "../engine/prior-state";
import { initialSecretAddress, managerOf } from "../model/address";
import type { DesiredManager, DesiredState, SinkReference } from "../model/desired-state";
import { DiagnosticError, failure } from "../model/diagnostic";
import type { Outcome } from "../model/outcome";
import { severalSinks, sinksIn } from "../model/sinks-in";
import { initialSecretKind } from "../resources/initial-secret/kind";
import { retire } from "../resources/issued-records";
import { createDelivery } from "../secrets/delivery";
import { recordOutcome } from "./audit/record-outcome";
import { declareManager } from "./inputs/declare";
import { declaredManager } from "./inputs/declared-manager";
import { type InputOptions, placeFaults, readDesired } from "./inputs/inputs";
import { spelledReference } from "./inputs/spelled-reference";
import type { Platform } from "./platform";
import { type LockWait, locked } from "./state/locked";
import { statePlace } from "./state/state-place";

export interface IssueInitialSecretOptions extends InputOptions, LockWait {
  /** Name of a declared manager. */
  readonly manager: string;
  /** Sinks in the command line's form, besides the declared one: `file:PATH`. */
  readonly deliverTo: readonly string[];
  /** Called under the lock; with false, nothing is changed. If absent, approved. */
  readonly approve?: ((intent: InitialSecretIntent) => Promise<boolean>) | undefined;
}

export interface InitialSecretIntent {
  readonly manager: string;
  readonly url: string;
  readonly deliverTo: string;
  /** Whether the initial secret is declared, and so recorded in the state. */
  readonly declared: boolean;
}

export interface InitialSecretIssue extends InitialSecretIntent {
  readonly outcome: Outcome;
}

/**
 * Issues a new initial secret on a manager and delivers it; the former one stops working (manual 3.7.1). If it is
 * declared, it also goes to the declared sink and is recorded, so that the next plan is empty. Resolves to
 * `undefined` if it was not approved; throws a `DiagnosticError` if nothing was sent.
 *
 * @example
 * const options = { files: ["tokyo.yaml"], manager: "tokyo", deliverTo: ["file:initial"] };
 * const issued = await issueInitialSecret(options, createPlatform());
 */
export async function issueInitialSecret(
  options: IssueInitialSecretOptions,
  platform: Platform,
): Promise<InitialSecretIssue | undefined> {
  const desired = await readDesired(options, platform);
  const manager = issuingManager(options.manager, desired);
  const { initialSecret: declared, name, url, position } = manager;
  const sinks = await sinksOf(manager, options.deliverTo, platform);
  const deliverTo: SinkReference =
    sinks.length === 1 && sinks[0] ? sinks[0] : severalSinks(sinks, platform.cwd);
  const initialSecret = { generation: 1, position, ...declared, deliverTo };
  const managers = new Map(desired.managers).set(name, { ...manager, initialSecret });
  const faults = await placeFaults(options, { ...desired, managers }, platform);
  if (faults.length > 0)
    throw new DiagnosticError(faults.map(({ other: _other, ...fault }) => ({ severity: "error", ...fault })));
  const place = await statePlace(options, desired, platform);
  const run = {
    ...options,
    desired: { ...desired, managers },
    place,
    command: "initial-secret issue",
    managers: [name],
  };
  const { fileSystem } = platform;
  const intent = {
    ...{ manager: name, url, declared: declared !== undefined },
    deliverTo: createDelivery({ fileSystem, cwd: platform.cwd }).describe(deliverTo),
  };
  return locked(run, platform, async (context) => {
    if ((await options.approve?.(intent)) === false) {
      context.trail?.decline();
      return undefined;
    }
    const address = initialSecretAddress(name);
    const scope = { managers: [], targets: [address], refresh: true, secrets: true };
    const issuing = declared ? context : { ...context, recovery: noRecovery(context) };
    const planned = await makePlan(issuing, { mode: "apply", ...scope });
    const prior = priorStates(context.state).get(name) ?? emptyPrior(name);
    const [open] = planned.plan.unknown;
    if (open) throw failure({ ...open, summary: open.detail });
    // It is issued on request, even if it is as declared.
    const { changes, operations } = unitsOf(planned.units, name).plan(initialSecretKind, [], prior, {
      needsInitialSecret: true,
    });
    // A sink that the state does not know is no reason to stop: the user asked for the delivery there.
    const blocked = planned.plan.blocked.filter((each) => each.address !== address);
    const plan = { ...planned.plan, changes, operations, blocked };
    await context.trail?.planned(plan, true);
    const outcome = await recordOutcome(context.trail, await applyPlan(issuing, { ...planned, plan }));
    // An undeclared secret is not owned, or the next plan would have to forget it; its files are owned.
    if (declared === undefined) retire(context.state, address);
    return { ...intent, outcome };
  });
}

/** No later run would deliver an initial secret that is not declared. */
function noRecovery({ recovery }: ApplyContext): ApplyContext["recovery"] {
  const keep = async ({ address }: { readonly address: string }) => {
    throw failure({
      code: "sink-unwritable",
      summary: `the initial secret of ${managerOf(address)} was issued, and was delivered nowhere`,
      remedy: "fix the sink and issue it again",
    });
  };
  return { ...recovery, keep };
}

/** The manager, if it can issue one: a login with the initial secret permits only issuing clients (manual 5.2.8). */
function issuingManager(name: string, desired: DesiredState): DesiredManager {
  const manager = declaredManager(name, desired);
  if (manager.auth.method !== "initial-secret") return manager;
  throw failure({
    code: "usage",
    summary: `${name} logs in with its initial secret, which cannot issue another one`,
    remedy: "declare a JP1 user with JP1_Console_Admin under `auth:`",
    position: manager.position,
  });
}

/** The declared sink comes first: the state records it. */
async function sinksOf(
  { name, url, initialSecret }: DesiredManager,
  texts: readonly string[],
  platform: Platform,
): Promise<readonly SinkReference[]> {
  const spelled = texts.map((text) => spelledReference(text, "sink", "--deliver-to"));
  const given =
    spelled.length === 0
      ? undefined
      : await declareManager(
          name,
          {
            url,
            auth: { user: "nobody", password: { env: "UNUSED" } },
            initialSecret: { deliverTo: spelled },
          },
          { "initialSecret.deliverTo": "--deliver-to" },
          { ...platform, report: () => {} },
        );
  const declared = initialSecret ? sinksIn(initialSecret.deliverTo) : [];
  // A sink of the command line has no position in a file.
  const named = given?.initialSecret
    ? sinksIn(given.initialSecret.deliverTo).map(({ position: _position, ...sink }) => sink)
    : [];
  if (declared.length + named.length > 0) return [...declared, ...named];
  throw failure({
    code: "usage",
    summary: `the initial secret of ${name} is not declared, and there is no --deliver-to for it`,
    remedy: "say where it goes: --deliver-to file:PATH",
  });
}
