import type { Change } from "../model/change";
import { kindNames, kinds } from "../model/kind-names";
import type { PlanMode } from "../model/plan";
import { visible, visibleName } from "../model/visible";
import { type AgentChanges, groupChanges, type ManagerChanges, type NamedChange } from "./change-groups";
import { columnsOf, padded } from "./columns";
import type { Paint } from "./paint";
import { actionStyles, reasonOf } from "./reasons";
import { countOf, moreLikeThese } from "./wording";

/** Changes of one action and reason shown under one heading. */
const SHOWN_ALIKE = 20;
/** Headings shown under one manager. */
const GROUPS_SHOWN = 50;
/** Agents named in one heading. */
const NAMES_SHOWN = 4;
/** Largest width to which names are padded. */
const NAME_WIDTH = 44;

/** The body of a plan's text: the changes, and a line with the number of those that are left out. */
export function changeLines(changes: readonly Change[], mode: PlanMode, paint: Paint): string[] {
  return groupChanges(changes).flatMap((group) => managerLines(group, mode, paint));
}

function managerLines(group: ManagerChanges, mode: PlanMode, paint: Paint): string[] {
  const lines = [paint("strong", visible(group.manager))];
  const section = (title: string, named: readonly NamedChange[]) => {
    if (named.length > 0) lines.push(`  ${title}`, ...namedLines(named, mode, paint, "    "));
  };
  for (const kind of kindNames) {
    const { isList, one, many } = kinds[kind];
    section(isList ? many : one, group.byKind.get(kind) ?? []);
    if (kind === "secret" && group.agents.length > 0) {
      lines.push(`  ${many}`, ...agentLines(group.agents, mode, paint));
    }
  }
  lines.push("");
  return lines;
}

/** Agents with exactly the same changes share one heading, so that a large fleet reads like one agent. */
function agentLines(agents: readonly AgentChanges[], mode: PlanMode, paint: Paint): string[] {
  const alike = new Map<string, AgentChanges[]>();
  let others: AgentChanges[] = [];
  for (const agent of agents) {
    // Most agents are like the one before, and a shape is a long text.
    if (!isAlike(others[0], agent)) {
      const shape = shapeOf(agent);
      others = alike.get(shape) ?? [];
      alike.set(shape, others);
    }
    others.push(agent);
  }
  const groups = [...alike.values()];
  const lines = groups.slice(0, GROUPS_SHOWN).flatMap((group) => groupLines(group, mode, paint));
  const hidden = groups.slice(GROUPS_SHOWN).flat().length;
  if (hidden === 0) return lines;
  return [
    ...lines,
    `    ${paint("quiet", moreLikeThese(hidden, hidden === 1 ? "more agent" : "more agents"))}`,
  ];
}

function groupLines(group: readonly AgentChanges[], mode: PlanMode, paint: Paint): string[] {
  const names = group.slice(0, NAMES_SHOWN).map(({ name }) => visibleName(name));
  const more = group.length - names.length;
  const heading = more > 0 ? `${names.join(", ")} and ${countOf(more, "more agent")}` : names.join(", ");
  const { keys, secrets } = group[0] ?? { keys: [], secrets: [] };
  const named = secrets.map((change, index) => ({ name: keys[index] ?? "", change }));
  return [`    ${heading}`, ...namedLines(named, mode, paint, "      ")];
}

function shapeOf({ secrets, keys }: AgentChanges): string {
  return JSON.stringify([keys, secrets.map(({ action }) => action), secrets.map(({ reason }) => reason)]);
}

function isAlike(one: AgentChanges | undefined, other: AgentChanges): boolean {
  if (one?.secrets === other.secrets && one.keys === other.keys) return true;
  if (one?.keys.length !== other.keys.length) return false;
  return one.secrets.every((secret, index) => {
    const another = other.secrets[index];
    return (
      one.keys[index] === other.keys[index] &&
      secret.action === another?.action &&
      secret.reason === another.reason
    );
  });
}

function namedLines(named: readonly NamedChange[], mode: PlanMode, paint: Paint, indent: string): string[] {
  const seen = new Map<string, number>();
  const shown = named.filter(({ change }) => {
    const alike = `${change.action} ${change.reason}`;
    const count = (seen.get(alike) ?? 0) + 1;
    seen.set(alike, count);
    return count <= SHOWN_ALIKE;
  });
  const names = shown.map(({ name }) => visibleName(name));
  const width = Math.min(NAME_WIDTH, Math.max(0, ...names.map(columnsOf)));
  const lines = shown.map(({ change }, index) => {
    const { sign, tone } = actionStyles[change.action];
    const name = padded(names[index] ?? "", width);
    return `${indent}${paint(tone, sign.padStart(3))} ${name}  ${paint("quiet", reasonOf(change, mode))}`;
  });
  for (const [alike, count] of seen) {
    if (count <= SHOWN_ALIKE) continue;
    const [action] = alike.split(" ") as [Change["action"]];
    const { sign, tone } = actionStyles[action];
    const fold = paint("quiet", moreLikeThese(count - SHOWN_ALIKE));
    lines.push(`${indent}${paint(tone, sign.padStart(3))} ${fold}`);
  }
  return lines;
}
