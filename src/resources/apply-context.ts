import type { ManagerPort } from "../api/port";
import type { Change } from "../model/change";
import type { DesiredManager, SecretReference } from "../model/desired-state";
import type { Diagnostic } from "../model/diagnostic";
import type { ListedKeys } from "../model/listed-keys";
import type { Operation } from "../model/operation";
import type { Effect } from "../model/outcome";
import type { Plan } from "../model/plan";
import type { SecretValue } from "../model/secret-value";
import type { Clock } from "../platform/clock";
import type { Random } from "../platform/random";
import type { Delivery, Fingerprints, Recovery } from "../secrets/port";
import type { StateStore } from "../state/port";
import type { AgentDesired, AgentUnit } from "./agent-secrets/agent-unit";
import type { AgentAfterApply } from "./agent-secrets/agents-after-apply";
import type { IssuedInitialSecrets } from "./initial-secret/issued-secrets";
import type { SourceValues } from "./plan-context";
import type { UnitPlan } from "./unit-plan";

/** One apply under way, as a kind sees it: what it writes with, and where it reports what became of each change. */
export interface KindApplyContext {
  readonly context: ApplyTools;
  readonly state: StateStore;
  readonly clock: Clock;
  readonly planned: {
    readonly plan: Plan;
    readonly scope: { covers(address: string): boolean };
    readonly values: ReadonlyMap<SecretReference, SecretValue>;
    readonly agents: ReadonlyMap<string, AgentUnit>;
  };
  /** What is planned at an address. */
  plannedAt(address: string): Change | undefined;
  readonly initialSecrets: IssuedInitialSecrets;
  /** Addresses whose deletion the manager answered as done, while the list that would show so could not be read. */
  readonly unconfirmed: Set<string>;
  port(manager: string): Promise<ManagerPort>;
  units(manager: string): PlannedManager;
  /** Sends one request that changes something, and records whether it was carried out, or may have been. */
  write<T>(send: () => Promise<T>): Promise<T>;
  succeed(address: string, deliveredTo?: string): void;
  /** Records what came of a change, before it is known whether all of it succeeds. */
  note(address: string, ...effects: readonly Effect[]): void;
  /** Records one failure of several changes; anything but an expected fault is a bug and thrown. */
  fail(addresses: readonly string[], error: unknown): void;
  warn(...diagnostics: readonly Diagnostic[]): void;
  hasSucceeded(address: string): boolean;
  hasFailed(address: string): boolean;
  /**
   * Whether to observe a unit again after `error` and go on: only a write of unknown effect is worth it, a bounded
   * number of times, with a growing pause before.
   */
  mayTryAgain(error: unknown, attempt: number, address: string): Promise<boolean>;
}

export interface ApplyTools {
  readonly state: StateStore;
  readonly delivery: Delivery;
  readonly recovery: Recovery;
  readonly fingerprints: Fingerprints;
  readonly clock: Clock;
  readonly random: Random;
}

/** A manager of the plan: what is declared of it, and how a part of it is planned once more. */
export interface PlannedManager {
  readonly desired: DesiredManager;
  agentDesired(unit: AgentUnit): AgentDesired;
  planAgent(unit: AgentUnit, observed: ListedKeys): UnitPlan;
  /** What its latest plan says of an agent once these operations are carried out; `undefined` where that does not say all. */
  leftAgent(address: string, operations: readonly Operation[]): AgentAfterApply | undefined;
  readonly values: SourceValues;
}
