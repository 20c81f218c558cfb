import type { Adoption } from "../../model/adoption";
import type { AgentUnit } from "../../resources/agent-secrets/agent-unit";
import type { ImportRecorder, KindImportContext } from "../../resources/import-context";
import { resourceKinds } from "../../resources/kinds";
import type { PlanContext } from "../context";
import { forEachLimited, inTurns } from "../limited";
import { checkIdentity } from "../observe/manager-identity";
import { liveObserver, type Observer } from "../observe/observer";
import { connector, throwContradictions } from "../plan/make-plan";
import { ManagerUnits } from "../plan/manager-units";
import { observeAgents } from "../plan/observe-agents";
import { emptyPrior, type PriorState, priorStates } from "../prior-state";
import { createScope, type Scope } from "../scope";
import { declaredPlaces } from "../values/declared-places";
import { resolveValues } from "../values/desired-values";
import { awaitedSecrets } from "../values/kept-secrets";
import { loginDemands } from "../values/value-demands";
import { AdoptionDraft } from "./adoption-draft";

export interface ImportRequest {
  /** Targets, as `isTarget` accepts them; empty for everything that is declared. */
  readonly targets: readonly string[];
  /**
   * A person confirms that the managers in scope are those that the state was written for, whatever their address is
   * now.
   */
  readonly sameManager?: boolean;
}

export interface ImportRun {
  readonly adoption: Adoption;
  /** Names of the managers in scope that are certainly those that the state was written for. */
  readonly identified: ReadonlySet<string>;
}

/**
 * Imports declared resources that exist into the state. It only reads from managers. Throws a `DiagnosticError` for a
 * login without a value and for selectors that contradict each other; the result names what cannot be observed.
 */
export async function importRun(
  context: PlanContext,
  { targets, sameManager = false }: ImportRequest,
  recorder: ImportRecorder | undefined,
): Promise<ImportRun> {
  const scope = createScope({ managers: [], targets });
  const managers = [...context.desired.managers.values()].filter(({ name }) => scope.touches(name));
  const logins = managers.flatMap((manager) => [...loginDemands(manager)]);
  await resolveValues(logins, context.secrets, context.report);
  const priors = priorStates(context.state);
  const connect = connector(context);
  const draft = new AdoptionDraft(targets);
  const { fingerprints, state, kept } = context;
  const recoverable = awaitedSecrets(kept, state);
  const places = await declaredPlaces(context.desired, context.delivery, { checksFiles: false });
  const importing = managers.map((desired): ManagerImport => {
    const known = { fingerprints, state, scope, recoverable, places };
    const units = new ManagerUnits({ desired, mode: "apply", ...known });
    const prior = priors.get(desired.name) ?? emptyPrior(desired.name);
    const observer = liveObserver(() => connect(desired.name));
    return { context, units, prior, observer, scope, draft };
  });
  const same = sameManager ? importing : await withoutOthers(importing);
  await Promise.all(same.map((each) => importKinds(each, recorder)));
  return { adoption: draft.finish(), identified: new Set(same.map(({ units }) => units.desired.name)) };
}

interface ManagerImport {
  readonly context: PlanContext;
  readonly units: ManagerUnits;
  readonly prior: PriorState;
  readonly observer: Observer;
  readonly scope: Scope;
  readonly draft: AdoptionDraft;
}

async function importKinds(each: ManagerImport, recorder: ImportRecorder | undefined): Promise<void> {
  const { context, units, observer, scope, draft } = each;
  const importing: KindImportContext = {
    ...{ desired: units.desired, state: context.state, scope, observer, draft, recorder },
    forEachAgent: (work) => forEachAgent(each, work),
    agentDesired: (unit) => units.agentDesired(unit),
  };
  for (const kind of resourceKinds) await kind.import(importing);
}

/**
 * Leaves out managers that could not be identified. Throws if one is not the manager that the state was written for.
 */
async function withoutOthers(importing: readonly ManagerImport[]): Promise<readonly ManagerImport[]> {
  const identities = await Promise.all(
    importing.map(({ units, prior, observer }) => checkIdentity(units.desired, prior, observer)),
  );
  throwContradictions(identities.flatMap((identity) => (identity.is === "other" ? [identity.refusal] : [])));
  return importing.filter(({ draft }, index) => {
    const identity = identities[index];
    if (identity?.is === "unknown") draft.unknown(identity.why);
    return identity?.is === "same";
  });
}

/** Calls `work` for the agents with declared secrets; the draft receives what cannot be observed. */
async function forEachAgent(
  { context, units, prior, observer, scope, draft }: ManagerImport,
  work: (unit: AgentUnit) => Promise<void>,
): Promise<void> {
  if (!scope.touches(`${units.desired.name}/agent`)) return;
  const observation = await observeAgents(units, prior, observer, scope);
  draft.unknown(...observation.unknown);
  throwContradictions(observation.diagnostics);
  for (const diagnostic of observation.diagnostics) context.report({ type: "diagnostic", diagnostic });
  const declared = observation.units.filter(({ declarations }) => declarations.length > 0);
  context.report({ type: "phase", phase: "observe", total: declared.length });
  const order = inTurns(declared, ({ agent }) => agent.managerHost);
  await forEachLimited(order, context.parallelism, async (unit) => {
    await work(unit);
    context.report({ type: "step", phase: "observe", address: unit.address });
  });
}
