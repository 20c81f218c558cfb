import type { Fault } from "../fault";
import type { Connection } from "../provider/connection";
import type { Attrs } from "../resources/resource-type";
import type { Attributes } from "../schema/attribute";

/** A data source: Terraform only reads it. */
export interface DataSource {
  /** `jp1im_agents` */
  readonly name: string;
  readonly description: string;
  readonly attributes: Attributes;
  /** Checks that the schema cannot express, for a configuration that may have unknown parts. */
  validate?(config: Attrs): readonly Fault[];
  read(
    config: Attrs,
    connection: Connection,
  ): Promise<{ readonly state: Attrs; readonly faults?: readonly Fault[] }>;
}
