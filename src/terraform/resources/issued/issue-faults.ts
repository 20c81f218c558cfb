import type { Platform } from "../../../library/platform";
import type { Fault } from "../../fault";
import { sinkFaults } from "../../reference-faults";
import type { Attrs } from "../resource-type";
import { generationFaults } from "../value-faults";

/** What is wrong with what clients and initial secrets have alike, in a configuration of which parts may be unknown. */
export async function issueFaults(config: Attrs, platform: Platform): Promise<readonly Fault[]> {
  return [...generationFaults(config), ...(await sinkFaults(config.deliver_to, platform))];
}
