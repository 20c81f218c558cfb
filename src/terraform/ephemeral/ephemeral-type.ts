import type { Fault } from "../fault";
import type { Connection } from "../provider/connection";
import type { Attrs } from "../resources/resource-type";
import type { Attributes } from "../schema/attribute";

/** A type of ephemeral resource, which exists only while Terraform works, and is in neither plan nor state. */
export interface EphemeralType {
  /** `jp1im_client_secret` */
  readonly name: string;
  readonly description: string;
  readonly attributes: Attributes;
  /** The faults of a configuration that may have unknown parts. */
  validate(config: Attrs): readonly Fault[];
  open(config: Attrs, connection: Connection): Promise<Opened>;
  /** `own` is what `open` gave. */
  renew(own: string, connection: Connection): Promise<Pick<Opened, "renewAt" | "faults">>;
  close(own: string, connection: Connection): Promise<readonly Fault[]>;
}

export interface Opened {
  /** Absent if it could not be opened. */
  readonly result?: Attrs;
  /** Data that Terraform returns when it renews and closes; no secret. */
  readonly own?: string;
  /** When to renew it, in milliseconds since the epoch. */
  readonly renewAt?: number;
  readonly faults: readonly Fault[];
}
