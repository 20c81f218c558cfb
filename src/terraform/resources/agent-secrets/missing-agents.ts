import type { ManagerRun } from "../../../library/manager-run/manager-run";
import type { AgentRef } from "../../../model/address";
import { isSameHost } from "../../../model/host";
import { type Fault, fault } from "../../fault";
import { firstOf } from "../../first-of";
import type { Connection } from "../../provider/connection";
import { nameOf } from "./agent-name";
import { readAgents } from "./read-agents";

/** Agents that a complete list lacks and that do not answer by name. They may be gone or hidden. */
export async function missingAgents(
  run: ManagerRun,
  agents: readonly AgentRef[],
): Promise<readonly AgentRef[]> {
  if (agents.length === 0) return [];
  const answer = await run.answers.agents();
  if (!answer.complete) return [];
  const listed = new Set(answer.value.map(nameOf));
  const readings = await readAgents(
    run,
    agents.filter((each) => !listed.has(nameOf(each))),
  );
  return readings.filter(({ is }) => is === "gone").map(({ agent }) => agent);
}

/** A warning that missing agents stay in the resource, once in each walk of Terraform. */
export async function missingFaults(
  agents: readonly AgentRef[],
  { run, shownWarnings }: Connection,
): Promise<Fault[]> {
  const newlyMissing = agents.filter((agent) => shownWarnings.isFirst(`missing ${nameOf(agent)}`));
  if (newlyMissing.length === 0) return [];
  const summary = `Agents that have secrets of this resource are out of reach: ${firstOf(newlyMissing.map(nameOf))}`;
  const detail = `${await whyMissing(newlyMissing, run)} Terraform keeps what it knows of them until it can reach them again or the resource is destroyed.`;
  return [fault(undefined, summary, detail, "warning")];
}

/** A warning that the apply continues without missing agents. */
export async function forgottenFaults(
  keys: readonly string[],
  agents: readonly AgentRef[],
  run: ManagerRun,
): Promise<Fault[]> {
  if (agents.length === 0 || keys.length === 0) return [];
  const which = firstOf(keys.map((key) => JSON.stringify(key)));
  const summary = `The apply forgets agents that are out of reach, and what they have: ${which} on ${firstOf(agents.map(nameOf))}`;
  const detail = `${await whyMissing(agents, run)} Do not apply this before you know why: no later apply deletes what this one forgets.`;
  return [fault(undefined, summary, detail, "warning")];
}

/** The likely cause, and the remedy. */
export async function whyMissing(agents: readonly AgentRef[], run: ManagerRun): Promise<string> {
  const hosts = await run.answers.names("lower-manager").catch(() => undefined);
  const isWithoutManager = ({ managerHost }: AgentRef) =>
    hosts !== undefined && ![run.host, ...hosts].some((each) => isSameHost(each, managerHost));
  const cut = agents.filter(isWithoutManager);
  const texts = [
    ...(cut.length > 0 ? [withoutManager(cut)] : []),
    ...(cut.length < agents.length ? [GONE_OR_HIDDEN] : []),
  ];
  return texts.join(" ");
}

const GONE_OR_HIDDEN =
  "The manager does not list them and answers KAJY68205-E: they are gone, or the provider's user has no permission for them. If they exist, give the user that permission again.";

function withoutManager(agents: readonly AgentRef[]): string {
  const above = firstOf(new Set(agents.map(({ managerHost }) => managerHost)));
  return `No lower manager ${above} is registered, and only it reaches them. Add it again to delete keys there. If one configuration has both, refer to the \`host\` of \`jp1im_lower_manager\` in \`manager_host\`, or add \`depends_on\`: Terraform then deletes the keys before the lower manager.`;
}
