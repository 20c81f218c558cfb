import type { Fault } from "../fault";
import type { Connection } from "../provider/connection";
import type { Attrs } from "../resources/resource-type";
import type { Attributes } from "../schema/attribute";

/** A type of ephemeral resource. It exists only while Terraform runs, and no plan or state contains it. */
export interface EphemeralType {
  /** `jp1im_client_secret` */
  readonly name: string;
  readonly description: string;
  readonly attributes: Attributes;
  /** Checks a configuration, which may have unknown parts. */
  validate(config: Attrs): readonly Fault[];
  open(config: Attrs, connection: Connection): Promise<Opened>;
  /** `own` is the data that `open` returned. */
  renew(own: string, connection: Connection): Promise<Pick<Opened, "renewAt" | "faults">>;
  close(own: string, connection: Connection): Promise<readonly Fault[]>;
}

export interface Opened {
  /** Absent if opening failed. */
  readonly result?: Attrs;
  /** Data that Terraform passes back to `renew` and `close`. It holds no secret. */
  readonly own?: string;
  /** Milliseconds since the epoch. */
  readonly renewAt?: number;
  readonly faults: readonly Fault[];
}
