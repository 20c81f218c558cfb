import type { DesiredManager, Policy, SecretReference } from "../model/desired-state";
import type { PlanMode } from "../model/plan";
import type { NamedRecords } from "../state/port";
import type { DesiredVersion } from "./compare-versions";
import type { Places } from "./moved-sink";
import type { Pruner } from "./prune";
import type { Rotation } from "./rotation";

/** What a kind knows when it plans what one manager has of it. */
export interface KindPlanContext extends PlanningExtras {
  readonly desired: DesiredManager;
  readonly mode: PlanMode;
  readonly prior: NamedRecords;
  readonly scope: { covers(address: string): boolean };
  /** The policy on what is undeclared; `isReserved` tells what nobody may delete. */
  pruner(isReserved: (name: string) => boolean): Pruner;
  readonly unverified: Policy["unverified"];
  /** Whether the undelivered secret of an address is kept, and only its delivery is missing. */
  isRecoverable(address: string): boolean;
  readonly rotation: Rotation;
  /** For telling whether a delivered secret is declared to be somewhere else. */
  readonly places: Places;
  readonly values: SourceValues;
}

/** What other parts of a plan show. */
export interface PlanningExtras {
  /** Hosts of lower managers on which this manager is not known. */
  readonly disconnected?: ReadonlySet<string>;
  /** Whether the adding of a lower manager needs this manager's fresh initial secret. */
  readonly needsInitialSecret?: boolean;
}

/** What is known of the values that sources give. */
export interface SourceValues {
  /** Comparable with that of a record at the same address; `undefined` when values are not compared. */
  fingerprint(address: string, source: SecretReference): string | undefined;
  /** The same of the version, where the source can tell one. */
  version(address: string, source: SecretReference): DesiredVersion | undefined;
  /** Whether the source gives no value. */
  isMissing(source: SecretReference): boolean;
  /** Throws a `DiagnosticError` where any is needed. */
  refuse(needed: Iterable<readonly [address: string, source: SecretReference]>): void;
}
