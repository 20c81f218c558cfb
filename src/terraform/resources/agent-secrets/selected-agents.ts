import { type MatchedAgents, matchedAgents } from "../../../library/manager-run/matched-agents";
import { type AgentRef, agentsOf } from "../../../model/address";
import type { AgentDeclaration } from "../../../model/desired-state";
import { type Fault, fault } from "../../fault";
import { firstOf } from "../../first-of";
import type { Connection } from "../../provider/connection";
import { unreachableFault } from "../unreachable-faults";
import { nameOf } from "./agent-name";
import { isSameAgent, listedAgent } from "./listed-agent";
import { type Reading, readAgents } from "./read-agents";

export interface SelectedAgents {
  readonly agents: readonly AgentRef[];
  readonly faults: readonly Fault[];
  /**
   * Agents selected earlier that a complete list lacks and that do not answer by name. They are kept if no other
   * agent is selected.
   */
  readonly missing?: readonly AgentRef[];
  /** The same agents if the list has other ones: an apply continues without them. */
  readonly forgotten?: readonly AgentRef[];
}

/**
 * The agents of a resource. `before` are its former agents, and `planned` those that its plan found. Rejects if there
 * are no agents to continue with.
 */
export async function selectedAgents(
  { selector }: AgentDeclaration,
  { before, planned }: { readonly before: readonly AgentRef[]; readonly planned: readonly AgentRef[] },
  connection: Connection,
): Promise<SelectedAgents> {
  if (selector.by === "host") {
    const { host, managerHost } = selector;
    const agent = { host, managerHost };
    const known = [...before, ...planned].find((each) => isSameAgent(each, agent));
    return { agents: [known ?? (await listedAgent(agent, connection.run))], faults: [] };
  }
  const { run, unreachable } = connection;
  try {
    const matched = await matchedAgents(run, selector);
    if (!matched.complete) return withHidden(matched, before, connection);
    const readings = await readAgents(
      run,
      before.filter((agent) => !matched.listed.has(nameOf(agent))),
    );
    // A list silently leaves out agents.
    const unlisted = agentsOfReadings(readings, ({ is }) => is !== "gone");
    const gone = agentsOfReadings(readings, ({ is }) => is === "gone");
    const { agents, faults } =
      unlisted.length > 0
        ? withUnlisted(matched, unlisted, connection)
        : { agents: matched.agents, faults: gone.length > 0 ? [] : emptyFaults(matched) };
    return { agents, faults, [agents.length === 0 ? "missing" : "forgotten"]: gone };
  } catch (error) {
    if (unreachable !== "warn" || before.length === 0) throw error;
    return { agents: before, faults: unreachableFault(error, agentsOf(run.name), connection) };
  }
}

const attributes = { match: "match", managerHost: "manager_host", os: "os", addons: "addons" };

function emptyFaults({ empty }: MatchedAgents): Fault[] {
  if (empty === undefined) return [];
  const { criterion, why, meant } = empty;
  const detail = `${meant === undefined ? "" : `${capital(meant)} `}Compare it with the data source \`jp1im_agents\`.`;
  return [fault([attributes[criterion]], `No agent is selected: ${why}`, detail, "warning")];
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** Keeps the agents that only an incomplete list lacks. */
function withHidden(
  { agents, warnings }: MatchedAgents,
  before: readonly AgentRef[],
  { unreachable, shownWarnings }: Connection,
): SelectedAgents {
  const listed = new Set(agents.map(nameOf));
  const all = [...agents, ...before.filter((agent) => !listed.has(nameOf(agent)))];
  if (unreachable === "warn" && !shownWarnings.isFirst("agent list")) return { agents: all, faults: [] };
  const detail = `${warnings.map(({ messageId, message }) => `${messageId}: ${message}`).join("; ")}\nAgents that had the secrets before keep them. Apply again when every manager answers.`;
  const severity = unreachable === "warn" ? "warning" : "error";
  return {
    agents: all,
    faults: [fault(["match"], "The agent list does not cover every manager", detail, severity)],
  };
}

function agentsOfReadings(readings: readonly Reading[], isMeant: (each: Reading) => boolean) {
  return readings.filter(isMeant).map(({ agent }) => agent);
}

function withUnlisted(
  { agents }: MatchedAgents,
  unlisted: readonly AgentRef[],
  { unreachable }: Connection,
): SelectedAgents {
  const summary = `The agent list leaves out agents that had the secrets before and are not gone: ${firstOf(unlisted.map(nameOf))}`;
  const detail =
    "They keep the secrets. Give the provider's user permission to read them, or find out why the list leaves them out.";
  const severity = unreachable === "warn" ? "warning" : "error";
  return { agents: [...agents, ...unlisted], faults: [fault(["match"], summary, detail, severity)] };
}
