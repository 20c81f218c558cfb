import { ManagerError } from "../../api/manager-error";
import { clientAddress, lowerManagerAddress, secretAddressOn } from "../../model/address";
import type { Adoption } from "../../model/adoption";
import { IMPORTED, type StateStore } from "../../state/port";
import { filesOf } from "../apply/issued-records";
import type { PlanContext } from "../context";
import { forEachLimited, inTurns } from "../limited";
import { checkIdentity } from "../observe/manager-identity";
import { liveObserver, type Observer } from "../observe/observer";
import { connector, throwContradictions } from "../plan/make-plan";
import { type AgentUnit, ManagerUnits } from "../plan/manager-units";
import { observeAgents } from "../plan/observe-agents";
import { emptyPrior, type PriorState, priorStates } from "../prior-state";
import { createScope, type Scope } from "../scope";
import { unplanned } from "../unplanned";
import { declaredPlaces } from "../values/declared-places";
import { loginDemands, resolveValues } from "../values/desired-values";
import { awaitedSecrets } from "../values/kept-secrets";
import { AdoptionDraft } from "./adoption-draft";

export interface ImportRequest {
  /** What `isTarget` accepts; empty for everything that is declared. */
  readonly targets: readonly string[];
  /** A person vouches that the managers in scope are those that the state was written for, wherever they are now. */
  readonly sameManager?: boolean;
}

export interface ImportRun {
  readonly adoption: Adoption;
  /** Names of the managers in scope that are those that the state was written for. */
  readonly identified: ReadonlySet<string>;
}

/** Where what is imported is recorded; nothing is, for a rehearsal. */
export type ImportRecorder = Pick<StateStore, "put" | "patchAgent">;

/**
 * Takes what is declared and there into the state. The managers are only read. Throws a `DiagnosticError` for a login
 * without a value and for selectors that contradict each other; what cannot be observed is in the result.
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
  const places = await declaredPlaces(context.desired, context.delivery, { looks: false });
  const importing = managers.map((desired): Importing => {
    const known = { fingerprints, state, scope, recoverable, places };
    const units = new ManagerUnits({ desired, mode: "apply", ...known });
    const prior = priors.get(desired.name) ?? emptyPrior(desired.name);
    const observer = liveObserver(() => connect(desired.name));
    return { context, units, prior, observer, scope, draft, recorder };
  });
  const same = sameManager ? importing : await withoutOthers(importing);
  await Promise.all(
    same.map(async (each) => {
      await Promise.all([importClients(each), importLowerManagers(each)]);
      await importAgents(each);
    }),
  );
  return { adoption: draft.finish(), identified: new Set(same.map(({ units }) => units.desired.name)) };
}

/** Without the managers that could not be identified. Throws where one is not the manager that the state was written for. */
async function withoutOthers(importing: readonly Importing[]): Promise<readonly Importing[]> {
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

interface Importing {
  readonly context: PlanContext;
  readonly units: ManagerUnits;
  readonly prior: PriorState;
  readonly observer: Observer;
  readonly scope: Scope;
  readonly draft: AdoptionDraft;
  readonly recorder: ImportRecorder | undefined;
}

/** The secret of an imported client is where others put it; the generation as it is declared counts as issued. */
async function importClients(importing: Importing): Promise<void> {
  const { context, units, prior, observer, scope, recorder } = importing;
  const { name: manager, clients } = units.desired;
  const addressOf = (id: string) => clientAddress(manager, id);
  const declared = clients.filter(({ id }) => scope.covers(addressOf(id)));
  const imported = await sort(importing, {
    place: `${manager}/client`,
    names: declared.map(({ id }) => id),
    addressOf,
    isOurs: (id) => prior.clients.has(id),
    list: () => observer.clients(),
  });
  for (const { id, generation } of declared.filter((client) => imported.has(client.id))) {
    const address = addressOf(id);
    // Files that an earlier client of this ID left are ours to replace.
    const files = filesOf(context.state.record(address));
    recorder?.put({ kind: "client", address, manager, generation, status: "imported", ...files });
  }
}

async function importLowerManagers(importing: Importing): Promise<void> {
  const { units, prior, observer, scope, recorder } = importing;
  const { name: manager, lowerManagers } = units.desired;
  const addressOf = (host: string) => lowerManagerAddress(manager, host);
  const declared = lowerManagers.filter(({ host }) => scope.covers(addressOf(host)));
  const imported = await sort(importing, {
    place: `${manager}/lower-manager`,
    names: declared.map(({ host }) => host),
    addressOf,
    isOurs: (host) => prior.lowerManagers.has(host),
    list: () => observer.lowerManagers(),
  });
  for (const { host, initialSecret } of declared.filter((lower) => imported.has(lower.host))) {
    const record = { kind: "lower-manager", address: addressOf(host), manager, host } as const;
    // With `issueOn` there is no value that could be unknown.
    recorder?.put(initialSecret.from === "source" ? { ...record, fingerprint: IMPORTED } : record);
  }
}

async function importAgents(importing: Importing): Promise<void> {
  const { context, units, prior, observer, scope, draft } = importing;
  if (!scope.touches(`${units.desired.name}/agent`)) return;
  const found = await observeAgents(units, prior, observer, scope);
  draft.unknown(...found.unknown);
  throwContradictions(found.diagnostics);
  for (const diagnostic of found.diagnostics) context.report({ type: "diagnostic", diagnostic });
  const declared = found.units.filter(({ declarations }) => declarations.length > 0);
  context.report({ type: "phase", phase: "observe", total: declared.length });
  const order = inTurns(declared, ({ agent }) => agent.managerHost);
  await forEachLimited(order, context.parallelism, async (unit) => {
    await importAgent(importing, unit);
    context.report({ type: "step", phase: "observe", address: unit.address });
  });
}

async function importAgent(importing: Importing, unit: AgentUnit): Promise<void> {
  const { context, units, observer, scope, recorder } = importing;
  const addressOf = (key: string) => secretAddressOn(unit.address, key);
  const owned = context.state.fingerprints(unit.address);
  const imported = await sort(importing, {
    place: unit.address,
    names: [...units.agentDesired(unit).keys].filter((key) => scope.covers(addressOf(key))),
    addressOf,
    isOurs: (key) => owned.has(key),
    list: () => observer.agentSecrets(unit.agent),
  });
  if (imported.size === 0) return;
  const set = [...imported].map((key) => [key, IMPORTED] as const);
  recorder?.patchAgent(unit.address, { manager: units.desired.name, agent: unit.agent, set, unset: [] });
}

interface Sorting {
  readonly place: string;
  /** Declared, and asked for. */
  readonly names: readonly string[];
  readonly addressOf: (name: string) => string;
  readonly isOurs: (name: string) => boolean;
  /** What is there; rejects with a `ManagerError`. */
  readonly list: () => Promise<readonly string[]>;
}

/** Sorts what is declared by what can become of it, and returns what is to be imported. */
async function sort({ draft }: Importing, sorting: Sorting): Promise<ReadonlySet<string>> {
  const { place, names, addressOf, isOurs, list } = sorting;
  const ours = names.filter(isOurs);
  const others = names.filter((name) => !isOurs(name));
  draft.add("already-ours", place, ours, addressOf);
  if (others.length === 0) return new Set();
  try {
    const there = new Set(await list());
    const imported = others.filter((name) => there.has(name));
    draft.add("imported", place, imported, addressOf);
    draft.add(
      "not-there",
      place,
      others.filter((name) => !there.has(name)),
      addressOf,
    );
    return new Set(imported);
  } catch (error) {
    if (!(error instanceof ManagerError)) throw error;
    draft.unknown(unplanned(place, error));
    return new Set();
  }
}
