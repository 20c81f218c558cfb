import { type AgentRef, agentAddress, parseAddress } from "../../../model/address";
import type { Plan } from "../../../model/plan";
import { type Fault, fault } from "../../fault";
import { firstOf } from "../../first-of";
import type { Connection } from "../../provider/connection";
import type { Attrs } from "../resource-type";
import { nameOf } from "./agent-name";
import { agentsIn, type DeclaredPart, keysIn, pruneOf } from "./declared-part";

interface ExistingKey {
  readonly agent: AgentRef;
  readonly key: string;
}

/** A warning for keys that exist on agents without a record that we wrote them. The plan shows them like new keys. */
export async function overwriteFaults(
  plan: Plan,
  part: DeclaredPart,
  { prior, config }: { readonly prior: Attrs | undefined; readonly config: Attrs },
  connection: Connection,
): Promise<Fault[]> {
  if (plan.diagnostics.some(({ code }) => code === "no-state")) return [];
  const { run } = connection;
  const state = await run.state();
  const [agents, keys] = [new Set(agentsIn(prior).map(nameOf)), new Set(keysIn(prior))];
  const isOurs = ({ agent, key }: ExistingKey) =>
    (agents.has(nameOf(agent)) && keys.has(key)) ||
    state.fingerprints(agentAddress(run.name, agent), [key]).has(key);
  const there = [...overwritten(plan), ...(await existingWithUnknownValue(part, connection))];
  const taken = there.filter((each) => !isOurs(each));
  return taken.length === 0 ? [] : [overwriteFault(taken, pruneOf(config, connection))];
}

function overwritten({ changes }: Plan): ExistingKey[] {
  return changes.flatMap(({ address, reason }) => {
    if (reason !== "unverified" && reason !== "adopted") return [];
    const addressed = parseAddress(address);
    return addressed?.kind === "secret" ? [addressed] : [];
  });
}

/** Existing keys with an unknown value, for which the plan has no change. */
async function existingWithUnknownValue(
  { agents, keys, values }: DeclaredPart,
  { run }: Connection,
): Promise<readonly ExistingKey[]> {
  const open = keys.filter((key) => !values.has(key));
  if (open.length === 0) return [];
  const faults = agents.map(async (agent) => {
    const there = new Set(await run.answers.agentSecrets(agent).catch(() => []));
    return open.filter((key) => there.has(key)).map((key) => ({ agent, key }));
  });
  return (await Promise.all(faults)).flat();
}

function overwriteFault(taken: readonly ExistingKey[], prune: "owned" | "none"): Fault {
  const keys = firstOf(new Set(taken.map(({ key }) => JSON.stringify(key))));
  const agents = firstOf(new Set(taken.map(({ agent }) => nameOf(agent))));
  const values = taken.length === 1 ? "1 existing value" : `${taken.length} existing values`;
  const summary = `The apply overwrites ${values}: ${keys} on ${agents}`;
  const after = prune === "owned" ? "From then on, destroying this resource deletes it. " : "";
  const detail = `The provider has no record that it wrote what is there. Others may need it, and no call can read it back. ${after}To keep it, remove the key from \`secrets_wo\` or narrow the selector. If this configuration wrote it before, check \`state\` of the provider block.`;
  return fault(["secrets_wo"], summary, detail, "warning");
}
