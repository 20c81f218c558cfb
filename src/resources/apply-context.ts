import type { ManagerPort } from "../api/port";
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

/** One running apply, as a kind sees it: what it writes with, and where it reports the result of each change. */
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
  readonly initialSecrets: IssuedInitialSecrets;
  /** Addresses that the manager answered as deleted, while the list that would confirm it could not be read. */
  readonly unconfirmed: Set<string>;
  port(manager: string): Promise<ManagerPort>;
  units(manager: string): PlannedManager;
  /** Sends one write request, and records whether it was, or may have been, carried out. */
  write<T>(send: () => Promise<T>): Promise<T>;
  succeed(address: string, deliveredTo?: string): void;
  /** The same for keys of an agent. */
  succeedOn(agentAddress: string, keys: readonly string[]): void;
  /** Records effects of a change before the whole change has succeeded or failed. */
  note(address: string, ...effects: readonly Effect[]): void;
  /** Records one failure of several changes; anything but an expected fault is a bug and thrown. */
  fail(addresses: readonly string[], error: unknown): void;
  warn(...diagnostics: readonly Diagnostic[]): void;
  hasSucceeded(address: string): boolean;
  hasFailed(address: string): boolean;
  /**
   * Whether to observe a unit again after `error` and continue: only after a write of unknown effect, a bounded
   * number of times, with a growing pause.
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

/** A manager of the plan: its declaration, and functions that plan a part of it again. */
export interface PlannedManager {
  readonly desired: DesiredManager;
  agentDesired(unit: AgentUnit): AgentDesired;
  planAgent(unit: AgentUnit, observed: ListedKeys): UnitPlan;
  /**
   * The agent after these operations, according to the latest plan; `undefined` if the plan does not show everything.
   */
  leftAgent(address: string, operations: readonly Operation[]): AgentAfterApply | undefined;
  readonly values: SourceValues;
}
