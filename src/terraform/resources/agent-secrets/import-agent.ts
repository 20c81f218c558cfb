import { agentsOf, parseAddress } from "../../../model/address";
import type { Connection } from "../../provider/connection";
import type { Imported } from "../resource-type";
import { wrongAddress } from "../wrong-address";
import { nameOf } from "./agent-name";
import { refuseUnlisted } from "./unknown-agent";

/**
 * Imports an agent without keys. The configuration decides which keys the resource owns, once an apply has written
 * them.
 */
export async function importAgent(address: string, { run }: Connection): Promise<Imported> {
  const addressed = parseAddress(address);
  if (addressed?.kind !== "agent" || addressed.manager !== run.name) {
    const more = "A resource with `match` needs no import: its first apply takes what is there.";
    throw wrongAddress(address, `${agentsOf(run.name)}/MANAGER_HOST/HOST`, more);
  }
  const { host, managerHost } = addressed.agent;
  await refuseUnlisted(addressed.agent, run);
  const own = { id: address, host, manager_host: managerHost };
  return { state: { ...own, fingerprints: {}, agents: [nameOf(addressed.agent)], drift: {} } };
}
