import type { ManagerRun } from "../../library/manager-run/manager-run";
import type { Platform } from "../../library/platform";
import type { Fault } from "../fault";
import type { Connection } from "../provider/connection";
import type { Attributes } from "../schema/attribute";
import type { Value } from "../values/type";

/** The attributes of one object, by their names. */
export type Attrs = Readonly<Record<string, Value>>;

/** A type of resource: what it has, and its life. Whatever is thrown becomes a diagnostic of Terraform's. */
export interface ResourceType {
  /** `jp1im_client` */
  readonly name: string;
  readonly description: string;
  readonly attributes: Attributes;
  /** Absent where nothing but Terraform's own address tells one from another. */
  readonly identity?: Identity;
  /** What is wrong in a configuration of which parts may be unknown. */
  validate(config: Attrs, platform: Platform): readonly Fault[] | Promise<readonly Fault[]>;
  /** What there is now; `null` where the resource is certainly not there any more. `trace` is that of the last apply. */
  read(state: Attrs, connection: Connection, trace?: string): Promise<Result>;
  /** What will be there after an apply. */
  plan(change: PlannedChange, connection: Connection): Promise<Result>;
  /** Creates or updates it. */
  apply(change: PlannedChange, connection: Connection): Promise<Result>;
  /** What a destroy will leave there. */
  planDestroy?(state: Attrs, connection: Connection, token: string): Promise<readonly Fault[]>;
  /** `token` names the resource, as in a change. */
  destroy(state: Attrs, connection: Connection, token: string): Promise<Result>;
  /** The state of what exists at an address; a refresh then fills it in. */
  import(address: string, connection: Connection, token: string): Promise<Imported>;
}

/** What tells one resource of a type from all others, for Terraform from 1.12 on: an object beside the state. */
export interface Identity {
  /** All of them are strings; an import has to give those that are required. */
  readonly attributes: Attributes;
  /** Of what is in the state; `undefined` while a part of it is not known, or where the state does not tell: it then stays what it was. */
  of(state: Attrs, manager: string): Attrs | undefined;
  /** The address that an import of it takes. */
  address(identity: Attrs, provider: { readonly run: Pick<ManagerRun, "name" | "host"> }): string;
}

export interface PlannedChange {
  /** Absent where it is created. */
  readonly prior: Attrs | undefined;
  /** At a plan: it is created in the place of itself, as with `-replace`. */
  readonly isReplaced?: boolean;
  /** As declared, with the values that are written and never stored. */
  readonly config: Attrs;
  /** As proposed, or as planned; what is written only is null in it. */
  readonly next: Attrs;
  /** Names the resource, as far as the provider can tell one from another: Terraform keeps their addresses to itself. */
  readonly token: string;
  /** At an apply: what its plan handed over. */
  readonly planned?: string | undefined;
}

export interface Imported {
  readonly state: Attrs;
  /** Where the state does not tell it. */
  readonly identity?: Attrs;
  readonly faults?: readonly Fault[];
}

export interface Result {
  readonly state: Attrs | null;
  /** Of a plan: what its apply needs of it beside the state. Terraform keeps it in a saved plan, and shows it to nobody. */
  readonly planned?: string;
  /** Of an apply: what each refresh needs of it beside the state, kept likewise. Without one the former stays. */
  readonly trace?: string;
  readonly faults?: readonly Fault[];
}
