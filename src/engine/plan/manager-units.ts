import {
  type Addressed,
  type AgentRef,
  agentAddress,
  clientAddress,
  initialSecretAddress,
  lowerManagerAddress,
  rebuildAddress,
  secretAddress,
  secretAddressOn,
} from "../../model/address";
import type { DeferredChange } from "../../model/change";
import type {
  AgentDeclaration,
  DesiredLowerManager,
  DesiredManager,
  Policy,
  SecretReference,
} from "../../model/desired-state";
import { AGENT_OWN_KEYS, isReservedClientId, isSameHost } from "../../model/limits";
import type { ListedKeys } from "../../model/listed-keys";
import type { Operation } from "../../model/operation";
import type { PlanMode } from "../../model/plan";
import type { AgentDesired, AgentUnit } from "../../resources/agent-secrets/agent-unit";
import { deferAgentSecrets } from "../../resources/agent-secrets/defer";
import { type LeftAgent, LeftAgents } from "../../resources/agent-secrets/left-agents";
import { planAgentSecrets, planKnownAnswer } from "../../resources/agent-secrets/plan";
import { mayMatch } from "../../resources/agent-secrets/selection";
import { planClients } from "../../resources/client/plan";
import { planInitialSecret } from "../../resources/initial-secret/plan";
import { planLowerManagers } from "../../resources/lower-manager/plan";
import type { Places } from "../../resources/moved-sink";
import { createPruner, type Pruner } from "../../resources/prune";
import { noRotation, type Rotation } from "../../resources/rotation";
import type { UnitPlan } from "../../resources/unit-plan";
import type { DesiredVersion } from "../../resources/version-grade";
import { IMPORTED, type LowerManagerRecord, type StateView } from "../../state/port";
import type { PriorState } from "../prior-state";
import type { Scope } from "../scope";
import { AgentBlocks, type KnownValues } from "../values/agent-blocks";

export interface ManagerUnitsInputs extends KnownValues {
  /** As declared; with nothing in it for a destroy. */
  readonly desired: DesiredManager;
  readonly mode: PlanMode;
  /** Whether it is about a part of what each agent holds. */
  readonly isPart?: boolean;
  readonly state: StateView;
  readonly scope: Scope;
  /** Addresses of issued secrets that are kept because no sink took them. */
  readonly recoverable: ReadonlySet<string>;
  /** Addresses that were asked to be issued anew. */
  readonly rotate?: ReadonlySet<string>;
  /** Milliseconds since the epoch; absent where nothing grows old. */
  readonly now?: number;
  /** For telling whether a delivered secret is declared to be somewhere else. */
  readonly places: Places;
}

/**
 * The units of one manager, each of which can be planned alone from what was observed of it: by `planRun` for all,
 * and by `applyRun` again for one whose write went wrong.
 */
export class ManagerUnits {
  readonly desired: DesiredManager;
  readonly #inputs: ManagerUnitsInputs;
  readonly #blocks: AgentBlocks;
  readonly #clientPruner: Pruner;
  readonly #lowerPruner: Pruner;
  readonly #keyPruner: Pruner;
  readonly #leftAgents = new LeftAgents();

  constructor(inputs: ManagerUnitsInputs) {
    this.#inputs = inputs;
    this.desired = inputs.desired;
    this.#blocks = new AgentBlocks(inputs.desired, inputs);
    // A destroy removes what is ours, whatever the policy would prune.
    const { protect, prune } = inputs.desired.policy;
    const policy = { protect, prune: inputs.mode === "destroy" ? ("owned" as const) : prune };
    this.#clientPruner = createPruner(policy, isReservedClientId);
    this.#lowerPruner = createPruner(policy, () => false);
    this.#keyPruner = createPruner(policy, isAgentOwnKey);
  }

  planClients(observed: readonly string[], prior: PriorState): UnitPlan {
    const { name, clients } = this.desired;
    return planClients({
      manager: name,
      desired: clients,
      observed,
      prior: prior.clients,
      pruner: this.#clientPruner,
      isRecoverable: (address) => this.#inputs.recoverable.has(address),
      rotation: this.#rotation,
      places: this.#inputs.places,
      inScope: (id) => this.#inputs.scope.covers(clientAddress(name, id)),
    });
  }

  /** Throws a `DiagnosticError` where a value is lacking that is needed; so does `planAgent`. */
  planLowerManagers(
    observed: readonly string[],
    prior: PriorState,
    disconnected?: ReadonlySet<string>,
  ): UnitPlan {
    const { name, lowerManagers } = this.desired;
    this.#refuseLackingLower(observed, prior);
    return planLowerManagers({
      manager: name,
      desired: lowerManagers,
      observed,
      prior: prior.lowerManagers,
      fingerprint: (lower, record) => this.lowerFingerprint(lower, record),
      version: (lower, record) => this.lowerVersion(lower, record),
      lacks: (lower) => this.#lackingLower(lower) !== undefined,
      unverified: this.#unverified,
      pruner: this.#lowerPruner,
      ...(disconnected && { disconnected }),
      inScope: (host) => this.#inputs.scope.covers(lowerManagerAddress(name, host)),
    });
  }

  planInitialSecret(prior: PriorState, needed: boolean): UnitPlan {
    const { name, initialSecret, policy } = this.desired;
    const isRecoverable = this.#inputs.recoverable.has(initialSecretAddress(name));
    return planInitialSecret({
      manager: name,
      desired: initialSecret,
      prior: prior.initialSecret,
      needed,
      isRecoverable,
      keepsUndeclared: this.#inputs.mode === "apply" && policy.prune === "none",
      rotation: this.#rotation,
      places: this.#inputs.places,
    });
  }

  planAgent(unit: AgentUnit, observed: ListedKeys): UnitPlan {
    const { address } = unit;
    const inputs = this.#agentInputs(unit);
    this.#refuseLackingKeys(address, inputs.desired, observed);
    const plan = planAgentSecrets({ ...inputs, observed });
    this.#leftAgents.note(address, plan, observed, inputs.desired.keys);
    return plan;
  }

  /** The plan of an agent whose answer is the one that the state knows, with the digest of that. */
  planKnownAnswer(unit: AgentUnit): { readonly digest: string; readonly plan: UnitPlan } | undefined {
    const record = this.#inputs.state.record(unit.address);
    if (record?.kind !== "agent" || record.answer === undefined) return undefined;
    const plan = planKnownAnswer(this.#agentInputs(unit));
    return plan && { digest: record.answer.digest, plan };
  }

  #agentInputs({ address, agent, declarations, undecided }: AgentUnit) {
    const { state, scope, isPart, mode } = this.#inputs;
    const record = state.record(address);
    const isAgent = record?.kind === "agent" ? record : undefined;
    return {
      manager: this.desired.name,
      agent,
      desired: this.#blocks.desired(agent, declarations),
      prior: {
        count: isAgent?.count ?? 0,
        ...(isAgent?.digest !== undefined && { digest: isAgent.digest }),
        ...(isAgent?.answer !== undefined && { answer: isAgent.answer }),
        ...(isAgent?.versions !== undefined && { versions: isAgent.versions }),
        fingerprints: () => state.fingerprints(address),
        keyVersions: () => state.versions(address),
      },
      unverified: this.#unverified,
      pruner: this.#keyPruner,
      keepsGone: isPart === true && mode === "apply" && this.desired.policy.prune === "none",
      ...(undecided && { undecided }),
      ...(!scope.covers(address) && {
        inScope: (key: string) => scope.covers(secretAddress(this.desired.name, agent, key)),
      }),
    };
  }

  leftAgent(address: string, operations: readonly Operation[]): LeftAgent | undefined {
    return this.#leftAgents.after(address, operations);
  }

  /** What will be done on an agent that cannot be seen before its lower manager is added. */
  deferAgent({ address, agent, declarations }: AgentUnit): readonly DeferredChange[] {
    const { state, scope } = this.#inputs;
    const desired = this.#blocks.desired(agent, declarations);
    const owned = state.fingerprints(address);
    this.#refuseLackingKeys(address, desired, [...owned.keys()]);
    const given = this.desired.agents.filter(({ selector }) => mayMatch(selector, agent));
    return deferAgentSecrets({
      ...{ address, desired, owned, pruner: this.#keyPruner },
      after: lowerManagerAddress(this.desired.name, agent.managerHost),
      inScope: (key) => scope.covers(secretAddressOn(address, key)),
      mayBeGiven: (key) => given.some(({ secrets }) => secrets.has(key)),
    });
  }

  get #rotation(): Rotation {
    const { rotate: requested = noRotation.requested, now = noRotation.now } = this.#inputs;
    return { requested, rotateDue: this.desired.policy.rotateDue, now };
  }

  agentDesired({ agent, declarations }: AgentUnit): AgentDesired {
    return this.#blocks.desired(agent, declarations);
  }

  agentUnit(
    found: AgentRef,
    declarations: readonly AgentDeclaration[],
    undecided?: ReadonlySet<string>,
  ): AgentUnit {
    // One of the live list knows more than its name, which must not get into a plan.
    const agent = { host: found.host, managerHost: found.managerHost };
    const address = agentAddress(this.desired.name, agent);
    return { address, agent, declarations, ...(undecided && { undecided }) };
  }

  /** Where the value of a declared secret, or of a lower manager's initial secret, comes from. */
  sourceOf(addressed: Addressed, agents: ReadonlyMap<string, AgentUnit>): SecretReference | undefined {
    if (addressed.kind === "secret") {
      const unit = agents.get(agentAddress(addressed.manager, addressed.agent));
      return unit?.declarations
        .findLast(({ secrets }) => secrets.has(addressed.key))
        ?.secrets.get(addressed.key)?.source;
    }
    if (addressed.kind !== "lower-manager") return undefined;
    const lower = this.desired.lowerManagers.find(({ host }) => host === addressed.host);
    return lower?.initialSecret.from === "source" ? lower.initialSecret.source : undefined;
  }

  /** A rebuild is there to write everything anew, and `keep` is about values that others wrote. */
  get #unverified(): Policy["unverified"] {
    const { name, policy } = this.desired;
    const record = this.#inputs.state.record(rebuildAddress(name));
    const isRebuilt = record?.kind === "rebuild" && record.finished === undefined;
    return isRebuilt ? "write" : policy.unverified;
  }

  /**
   * Of a lower manager's initial secret with a source, comparable with that of `record`; `undefined` without one, or when
   * values are not compared.
   */
  lowerFingerprint(lower: DesiredLowerManager, record?: LowerManagerRecord): string | undefined {
    if (lower.initialSecret.from !== "source") return undefined;
    const value = this.#inputs.values?.get(lower.initialSecret.source);
    return value && this.#inputs.fingerprints.value(this.#boundTo(lower, record), value);
  }

  /** Of the source of a lower manager's initial secret, where it has one that can tell; comparable likewise. */
  lowerVersion(lower: DesiredLowerManager, record?: LowerManagerRecord): DesiredVersion | undefined {
    if (lower.initialSecret.from !== "source") return undefined;
    const { versions, versionDigests } = this.#inputs;
    const version = versions?.get(lower.initialSecret.source);
    const address = this.#boundTo(lower, record);
    return (
      version && versionDigests && { digest: versionDigests.of(address, version), isHint: version.isHint }
    );
  }

  #boundTo({ host }: DesiredLowerManager, record: LowerManagerRecord | undefined): string {
    return record?.boundTo ?? record?.address ?? lowerManagerAddress(this.desired.name, host);
  }

  /** Only what is imported and still there can do without a value. */
  #refuseLackingKeys(address: string, desired: AgentDesired, observed: readonly string[]): void {
    const { state, scope, lacking } = this.#inputs;
    if (desired.lacking.size === 0) return;
    const [there, entries] = [new Set(observed), state.fingerprints(address)];
    const needed = [...desired.lacking]
      .filter(([key]) => !there.has(key) || entries.get(key) !== IMPORTED)
      .map(([key, reference]) => [secretAddressOn(address, key), reference] as const);
    lacking?.refuse(needed.filter(([place]) => scope.covers(place)));
  }

  #refuseLackingLower(observed: readonly string[], prior: PriorState): void {
    const { name, lowerManagers } = this.desired;
    const needed = lowerManagers.flatMap((lower) => {
      const [reference, address] = [this.#lackingLower(lower), lowerManagerAddress(name, lower.host)];
      const isIt = (host: string) => isSameHost(host, lower.host);
      const record = [...prior.lowerManagers.values()].find(({ host }) => isIt(host));
      const mayLack = record?.fingerprint === IMPORTED && observed.some(isIt);
      return reference && !mayLack && this.#inputs.scope.covers(address)
        ? [[address, reference] as const]
        : [];
    });
    this.#inputs.lacking?.refuse(needed);
  }

  #lackingLower({ initialSecret }: DesiredLowerManager): SecretReference | undefined {
    const source = initialSecret.from === "source" ? initialSecret.source : undefined;
    return this.#inputs.lacking?.has(source) ? source : undefined;
  }
}

function isAgentOwnKey(key: string): boolean {
  return key.startsWith(AGENT_OWN_KEYS.slice(0, -1));
}
