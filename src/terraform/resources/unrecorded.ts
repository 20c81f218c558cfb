import type { ManagerPart } from "../../library/manager-run/manager-part";
import type { ManagerRun } from "../../library/manager-run/manager-run";
import { type AgentRef, agentAddress, parseAddress, secretAddressOn } from "../../model/address";
import { isSameHost } from "../../model/host";
import { type Fault, fault } from "../fault";
import { firstOf } from "../first-of";
import type { Connection } from "../provider/connection";
import { readAgents } from "./agent-secrets/read-agents";
import { unreachableFaults } from "./unreachable-faults";
import { refuse } from "./value-faults";

/**
 * Addresses that a destroy leaves because the state has no record of them, although the manager has them. Throws if
 * the manager does not answer.
 */
export async function unrecorded(
  { targets }: ManagerPart,
  connection: Connection,
): Promise<readonly string[]> {
  const { run } = connection;
  const missing = await withoutRecord(targets, run);
  if (missing.length === 0) return [];
  const agents = new Map<string, AgentRef>();
  const there: string[] = [];
  for (const address of missing) {
    const addressed = parseAddress(address);
    if (addressed?.kind === "secret") agents.set(agentAddress(run.name, addressed.agent), addressed.agent);
    else if (addressed?.kind === "client") {
      if ((await run.answers.names("client")).includes(addressed.id)) there.push(address);
    } else if (addressed?.kind === "lower-manager") {
      const hosts = await run.answers.names("lower-manager");
      if (hosts.some((host) => isSameHost(host, addressed.host))) there.push(address);
    }
  }
  return [...there, ...(await secretsThere([...agents.values()], new Set(missing), connection))];
}

async function withoutRecord(targets: readonly string[], run: ManagerRun): Promise<readonly string[]> {
  const state = await run.state();
  const owned = new Map<string, ReturnType<typeof state.fingerprints>>();
  const ownedOn = (agent: string) => {
    const known = owned.get(agent) ?? state.fingerprints(agent);
    owned.set(agent, known);
    return known;
  };
  return targets.filter((address) => {
    const addressed = parseAddress(address);
    if (addressed?.kind === "secret")
      return !ownedOn(agentAddress(run.name, addressed.agent)).has(addressed.key);
    const record = state.record(address);
    return record === undefined || ("status" in record && record.status === "retired");
  });
}

async function secretsThere(
  agents: readonly AgentRef[],
  wanted: ReadonlySet<string>,
  { run, shownWarnings }: Connection,
): Promise<readonly string[]> {
  const readings = await readAgents(run, agents);
  const why = readings.flatMap((each) => (each.is === "unreachable" ? each.why : []));
  refuse(unreachableFaults(why, { shownWarnings, unreachable: "must" }));
  return readings.flatMap((each) => {
    if (each.is !== "there") return [];
    const address = agentAddress(run.name, each.agent);
    return [...each.keys].map((key) => secretAddressOn(address, key)).filter((key) => wanted.has(key));
  });
}

/** Only a warning with `unverified: keep`, because many declared values were never written then. */
export function unrecordedFaults(
  addresses: readonly string[],
  { desired }: ManagerPart,
  location: string,
): Fault[] {
  if (addresses.length === 0) return [];
  const summary = `The state in ${location} has no record of ${firstOf(addresses)}, so it was not deleted`;
  const ways = [
    "If another state has it, name that as `state` of the provider block; if the state was lost, restore a backup of it.",
    "Otherwise `terraform state rm` makes Terraform forget the resource. To delete it nevertheless, import it after that, and destroy it again; for agents' secrets, apply instead of the import.",
  ];
  const severity = desired.policy.unverified === "keep" ? "warning" : "error";
  return [fault(undefined, summary, ways.join("\n"), severity)];
}
