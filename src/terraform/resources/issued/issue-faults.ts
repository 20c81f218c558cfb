import type { Platform } from "../../../library/platform";
import type { Fault } from "../../fault";
import { sinkFaults } from "../../reference-faults";
import type { Attrs } from "../resource-type";
import { generationFaults } from "../value-faults";

/** Checks the attributes of both clients and initial secrets, in a configuration that may have unknown parts. */
export async function issueFaults(config: Attrs, platform: Platform): Promise<readonly Fault[]> {
  return [...generationFaults(config), ...(await sinkFaults(config.deliver_to, platform))];
}
