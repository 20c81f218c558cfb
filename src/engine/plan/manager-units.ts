import {
  agentAddress,
  lowerManagerAddress,
  parseAddress,
  rebuildAddress,
  secretAddressOn,
} from "../../model/address";
import type { DeferredChange } from "../../model/change";
import { valuesOf } from "../../model/declared";
import type { DesiredManager, Policy, SecretReference } from "../../model/desired-state";
import { AGENT_OWN_KEYS } from "../../model/limits";
import type { ListedKeys } from "../../model/listed-keys";
import type { Operation } from "../../model/operation";
import type { PlanMode } from "../../model/plan";
import type { PriorAgentSecrets } from "../../resources/agent-secrets/agent-inputs";
import type { AgentDesired, AgentUnit } from "../../resources/agent-secrets/agent-unit";
import { type AgentAfterApply, AgentsAfterApply } from "../../resources/agent-secrets/agents-after-apply";
import { deferAgentSecrets } from "../../resources/agent-secrets/defer";
import { planAgentSecrets, planKnownAnswer } from "../../resources/agent-secrets/plan";
import { mayMatch } from "../../resources/agent-secrets/selection";
import type { Places } from "../../resources/moved-sink";
import type { KindPlanContext, PlanningExtras, SourceValues } from "../../resources/plan-context";
import { createPruner, type Pruner } from "../../resources/prune";
import type { ResourceKind } from "../../resources/resource-kind";
import { noRotation, type Rotation } from "../../resources/rotation";
import { emptyUnitPlan, type UnitPlan } from "../../resources/unit-plan";
import { IMPORTED, type StateView } from "../../state/port";
import type { PriorState } from "../prior-state";
import type { Scope } from "../scope";
import { AgentBlocks, type KnownValues } from "../values/agent-blocks";

export interface ManagerUnitsInputs extends KnownValues {
  /** The declared manager; without resources for a destroy. */
  readonly desired: DesiredManager;
  readonly mode: PlanMode;
  /** Whether it covers only a part of each agent. */
  readonly isPart?: boolean;
  readonly state: StateView;
  readonly scope: Scope;
  /** Addresses of issued secrets that are kept because no sink took them. */
  readonly recoverable: ReadonlySet<string>;
  /** Addresses whose rotation was requested. */
  readonly rotate?: ReadonlySet<string>;
  /** Milliseconds since the epoch; absent if ages do not matter. */
  readonly now?: number;
  /** To recognise a delivered secret whose sink moved. */
  readonly places: Places;
}

/**
 * The units of one manager. Each can be planned alone from its observation: `makePlan` plans all of them, and an
 * apply plans one again after a failed write.
 */
export class ManagerUnits {
  readonly desired: DesiredManager;
  readonly values: SourceValues;
  readonly #inputs: ManagerUnitsInputs;
  readonly #blocks: AgentBlocks;
  readonly #pruning: Pick<Policy, "prune" | "protect">;
  readonly #keyPruner: Pruner;
  readonly #leftAgents = new AgentsAfterApply();
  /** What is declared for the agents that the plan changes, by address. */
  readonly #changed = new Map<string, AgentDesired>();

  constructor(inputs: ManagerUnitsInputs) {
    this.#inputs = inputs;
    this.desired = inputs.desired;
    this.#blocks = new AgentBlocks(inputs.desired, inputs);
    // A destroy deletes owned resources, whatever `prune` says.
    const { protect, prune } = inputs.desired.policy;
    this.#pruning = { protect, prune: inputs.mode === "destroy" ? "owned" : prune };
    this.#keyPruner = createPruner(this.#pruning, isAgentOwnKey);
    this.values = sourceValues(inputs);
  }

  /**
   * Plans what one list shows of a kind. Throws a `DiagnosticError` if a needed value is missing; so does
   * `planAgent`.
   */
  plan(
    kind: ResourceKind,
    listed: readonly string[],
    { named: prior }: PriorState,
    more: PlanningExtras = {},
  ): UnitPlan {
    const { mode, scope, recoverable, places } = this.#inputs;
    const planning: KindPlanContext = {
      ...{ desired: this.desired, mode, prior, scope, places, values: this.values },
      pruner: (isReserved) => createPruner(this.#pruning, isReserved),
      unverified: this.#unverified,
      isRecoverable: (address) => recoverable.has(address),
      rotation: this.#rotation,
      ...more,
    };
    return kind.plan?.(planning, listed) ?? emptyUnitPlan;
  }

  planAgent(unit: AgentUnit, observed: ListedKeys): UnitPlan {
    const { address } = unit;
    const inputs = this.#agentInputs(unit);
    this.#refuseLackingKeys(address, inputs.desired, observed);
    const plan = planAgentSecrets({ ...inputs, observed });
    this.#leftAgents.note(address, plan, observed, inputs.desired.keys);
    if (plan.operations.length > 0) this.#changed.set(address, inputs.desired);
    return plan;
  }

  /** The plan of an agent whose answer is the recorded one, with the digest of that answer. */
  planKnownAnswer(unit: AgentUnit): { readonly digest: string; readonly plan: UnitPlan } | undefined {
    const record = this.#inputs.state.record(unit.address);
    if (record?.kind !== "agent" || record.answer === undefined) return undefined;
    const plan = planKnownAnswer(this.#agentInputs(unit));
    return plan && { digest: record.answer.digest, plan };
  }

  #agentInputs({ address, agent, declarations, undecided }: AgentUnit) {
    const { state, scope, isPart, mode } = this.#inputs;
    const { name, policy } = this.desired;
    return {
      manager: name,
      address,
      agent,
      desired: this.#blocks.desired(address, declarations),
      prior: priorSecrets(state, address),
      unverified: this.#unverified,
      pruner: this.#keyPruner,
      keepsGone: isPart === true && mode === "apply" && policy.prune === "none",
      undecided,
      inScope: scope.covers(address)
        ? undefined
        : (key: string) => scope.covers(secretAddressOn(address, key)),
    };
  }

  leftAgent(address: string, operations: readonly Operation[]): AgentAfterApply | undefined {
    return this.#leftAgents.after(address, operations);
  }

  /** The deferred changes of an agent that is visible only after its lower manager is added. */
  deferAgent({ address, agent, declarations }: AgentUnit): readonly DeferredChange[] {
    const { state, scope } = this.#inputs;
    const desired = this.#blocks.desired(address, declarations);
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

  agentDesired({ address, declarations }: AgentUnit): AgentDesired {
    return this.#changed.get(address) ?? this.#blocks.desired(address, declarations);
  }

  /** Where the declared value at an address comes from. */
  sourceOf(address: string, agents: ReadonlyMap<string, AgentUnit>): SecretReference | undefined {
    const addressed = parseAddress(address);
    if (addressed?.kind === "secret") {
      const unit = agents.get(agentAddress(addressed.manager, addressed.agent));
      return unit?.declarations
        .findLast(({ secrets }) => secrets.has(addressed.key))
        ?.secrets.get(addressed.key)?.source;
    }
    return [...valuesOf(this.desired)].find((each) => each.address === address)?.source;
  }

  /** A rebuild writes everything again; `keep` is about values that others wrote. */
  get #unverified(): Policy["unverified"] {
    const { name, policy } = this.desired;
    const record = this.#inputs.state.record(rebuildAddress(name));
    const isRebuilt = record?.kind === "rebuild" && record.finished === undefined;
    return isRebuilt ? "write" : policy.unverified;
  }

  /** Throws for missing values: only an imported and still existing secret needs none. */
  #refuseLackingKeys(address: string, desired: AgentDesired, observed: readonly string[]): void {
    const { state, scope, missing } = this.#inputs;
    if (desired.missing.size === 0) return;
    const [there, entries] = [new Set(observed), state.fingerprints(address)];
    const needed = [...desired.missing]
      .filter(([key]) => !there.has(key) || entries.get(key) !== IMPORTED)
      .map(([key, secret]) => ({ ...secret, address: secretAddressOn(address, key) }));
    missing?.refuse(needed.filter((each) => scope.covers(each.address)));
  }
}

function priorSecrets(state: StateView, address: string): PriorAgentSecrets {
  const record = state.record(address);
  const known = record?.kind === "agent" ? record : undefined;
  return {
    count: known?.count ?? 0,
    digest: known?.digest,
    answer: known?.answer,
    versions: known?.versions,
    fingerprints: () => state.fingerprints(address),
    unexpected: (expected) => state.unexpected(address, expected),
    keyVersions: () => state.versions(address),
  };
}

function isAgentOwnKey(key: string): boolean {
  return key.startsWith(AGENT_OWN_KEYS.slice(0, -1));
}

/** What a run knows about values, in the form that kinds use. */
function sourceValues(known: KnownValues): SourceValues {
  const { values, missing, versions, fingerprints, versionDigests } = known;
  return {
    fingerprint(address, source) {
      const value = values?.get(source);
      return value && fingerprints.value(address, value);
    },
    version(address, source) {
      const version = versions?.get(source);
      return (
        version && versionDigests && { digest: versionDigests.of(address, version), isHint: version.isHint }
      );
    },
    isMissing: (source) => missing?.has(source) === true,
    refuse: (needed) => missing?.refuse(needed),
  };
}
