import type { ManagerRun } from "../../../library/manager-run/manager-run";
import { nearestTo } from "../../../library/nearest";
import type { AgentRef } from "../../../model/address";
import type { Plan } from "../../../model/plan";
import { type AttributePath, FaultError, fault } from "../../fault";
import { nameOf } from "./agent-name";

/** Adds the host that the user probably meant to the remedy for an unknown agent. */
export async function withNearestHost(plan: Plan, { host }: AgentRef, run: ManagerRun): Promise<Plan> {
  if (!plan.unknown.some(({ code }) => code === "agent-unknown")) return plan;
  const meant = await nearestHost(host, run);
  if (meant === undefined) return plan;
  const unknown = plan.unknown.map((each) =>
    each.code === "agent-unknown" ? { ...each, remedy: `${meant} Or ${each.remedy ?? "look for it"}` } : each,
  );
  return { ...plan, unknown };
}

/** Refuses an agent that a complete list lacks. Rejects with a `FaultError`. */
export async function refuseUnlisted(
  agent: AgentRef,
  run: Pick<ManagerRun, "answers">,
  attribute?: AttributePath,
): Promise<void> {
  const answer = await run.answers.agents();
  if (!answer.complete || answer.value.some((each) => nameOf(each) === nameOf(agent))) return;
  const meant = nearestTo(nameOf(agent), answer.value.map(nameOf));
  const detail = `${meant === undefined ? "" : `Did you mean ${meant}? `}Compare it with the data source \`jp1im_agents\`.`;
  throw new FaultError([fault(attribute, `The manager lists no agent ${nameOf(agent)}`, detail)]);
}

async function nearestHost(host: string, run: ManagerRun): Promise<string | undefined> {
  const answer = await run.answers.agents().catch(() => undefined);
  const listed = answer === undefined ? [] : answer.complete ? answer.value : answer.partial;
  const nearest = nearestTo(
    host,
    listed.map((each) => each.host),
  );
  return nearest === undefined || nearest === host ? undefined : `did you mean "${nearest}"?`;
}
