import type { DesiredManager, Policy, SecretReference } from "../model/desired-state";
import type { SourcePosition } from "../model/diagnostic";
import type { PlanMode } from "../model/plan";
import type { NamedRecords } from "../state/port";
import type { DesiredVersion } from "./compare-versions";
import type { Places } from "./moved-sink";
import type { Pruner } from "./prune";
import type { Rotation } from "./rotation";

/** What a kind needs to plan its resources on one manager. */
export interface KindPlanContext extends PlanningExtras {
  readonly desired: DesiredManager;
  readonly mode: PlanMode;
  readonly prior: NamedRecords;
  readonly scope: { covers(address: string): boolean };
  /** The policy for undeclared resources; `isReserved` is true for names that must never be deleted. */
  pruner(isReserved: (name: string) => boolean): Pruner;
  readonly unverified: Policy["unverified"];
  /** Whether the undelivered secret of an address is kept, so that only its delivery is missing. */
  isRecoverable(address: string): boolean;
  readonly rotation: Rotation;
  /** To recognise a delivered secret whose sink moved. */
  readonly places: Places;
  readonly values: SourceValues;
}

/** Results of other parts of the plan. */
export interface PlanningExtras {
  /** Hosts of lower managers that do not know this manager. */
  readonly disconnected?: ReadonlySet<string>;
  /** Whether adding a lower manager needs a new initial secret of this manager. */
  readonly needsInitialSecret?: boolean;
}

/** A value that a resource needs, and where it is declared. */
export interface NeededValue {
  readonly address: string;
  readonly source: SecretReference;
  readonly position: SourcePosition;
}

/** What is known about the values of sources. */
export interface SourceValues {
  /** Comparable with that of a record at the same address; `undefined` when values are not compared. */
  fingerprint(address: string, source: SecretReference): string | undefined;
  /** The same for the version, if the source has one. */
  version(address: string, source: SecretReference): DesiredVersion | undefined;
  /** Whether the source gives no value. */
  isMissing(source: SecretReference): boolean;
  /** Throws a `DiagnosticError` if any of these has no value. */
  refuse(needed: Iterable<NeededValue>): void;
}
