import type { ManagerRun } from "../../library/manager-run/manager-run";
import type { Platform } from "../../library/platform";
import type { Fault } from "../fault";
import type { Connection } from "../provider/connection";
import type { Attributes } from "../schema/attribute";
import type { Value } from "../values/type";

/** Attributes by name. */
export type Attrs = Readonly<Record<string, Value>>;

/** A type of resource. Its functions may throw: Terraform shows a thrown error as a diagnostic. */
export interface ResourceType {
  /** `jp1im_client` */
  readonly name: string;
  readonly description: string;
  readonly attributes: Attributes;
  /** Absent if only Terraform's own address identifies a resource. */
  readonly identity?: Identity;
  /** Checks a configuration, which may have unknown parts. */
  validate(config: Attrs, platform: Platform): readonly Fault[] | Promise<readonly Fault[]>;
  /** Reads the current state; `null` if the resource certainly no longer exists. `trace` comes from the last apply. */
  read(state: Attrs, connection: Connection, trace?: string): Promise<Result>;
  /** Plans the state after an apply. */
  plan(change: PlannedChange, connection: Connection): Promise<Result>;
  /** Creates or updates it. */
  apply(change: PlannedChange, connection: Connection): Promise<Result>;
  /** Warns about what a destroy will leave on the manager. */
  planDestroy?(state: Attrs, connection: Connection, token: string): Promise<readonly Fault[]>;
  /** `token` names the resource, as in a change. */
  destroy(state: Attrs, connection: Connection, token: string): Promise<Result>;
  /** Returns a first state of what exists at an address. A refresh then completes it. */
  import(address: string, connection: Connection, token: string): Promise<Imported>;
}

/** The identity of a resource, an object beside the state, for Terraform from 1.12 on. */
export interface Identity {
  /** All are strings. An import must give the required ones. */
  readonly attributes: Attributes;
  /** The identity of a state. `undefined` if a part is unknown or not in the state: the former identity then stays. */
  of(state: Attrs, manager: string): Attrs | undefined;
  /** The address that an import of it takes. */
  address(identity: Attrs, provider: { readonly run: Pick<ManagerRun, "name" | "host"> }): string;
}

export interface PlannedChange {
  /** Absent for a creation. */
  readonly prior: Attrs | undefined;
  /** In a plan: the resource replaces itself, as with `-replace`. */
  readonly isReplaced?: boolean;
  /** The configuration, including write-only values. */
  readonly config: Attrs;
  /** The proposed or planned state, in which write-only values are null. */
  readonly next: Attrs;
  /** Identifies the resource, because Terraform does not tell the provider its address. */
  readonly token: string;
  /** In an apply: the data from its plan. */
  readonly planned?: string | undefined;
}

export interface Imported {
  readonly state: Attrs;
  /** Present if the state does not contain it. */
  readonly identity?: Attrs;
  readonly faults?: readonly Fault[];
}

export interface Result {
  readonly state: Attrs | null;
  /** From a plan: further data for its apply. Terraform stores it in a saved plan and never shows it. */
  readonly planned?: string;
  /**
   * From an apply: further data for each refresh, which Terraform never shows. The former data stays if it is absent.
   */
  readonly trace?: string;
  readonly faults?: readonly Fault[];
}
