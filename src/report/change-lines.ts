import type { Change, PlanMode } from "../model/plan";
import { type AgentChanges, groupChanges, type ManagerChanges, type NamedChange } from "./change-groups";
import type { Paint } from "./paint";
import { actionStyles, actions, reasonOf } from "./reasons";
import { visible } from "./visible";
import { countOf, grouped, moreLikeThese } from "./wording";

/** Changes of one action and reason shown under one heading. */
const SHOWN_ALIKE = 20;
/** Agents shown of those whose changes look the same. */
const AGENTS_ALIKE = 10;
/** Agents shown under one manager, whatever their changes look like. */
const AGENTS_SHOWN = 50;
/** Columns that a name is padded to, at most. */
const NAME_WIDTH = 44;

/** The body of a plan's text: every change, or a fold that counts those that are left out. */
export function changeLines(changes: readonly Change[], mode: PlanMode, paint: Paint): string[] {
  return groupChanges(changes).flatMap((group) => managerLines(group, mode, paint));
}

function managerLines(group: ManagerChanges, mode: PlanMode, paint: Paint): string[] {
  const lines = [paint("strong", visible(group.manager))];
  const section = (title: string, named: readonly NamedChange[]) => {
    if (named.length > 0) lines.push(`  ${title}`, ...namedLines(named, mode, paint, "    "));
  };
  section("initial secret", group.initialSecrets);
  section("lower managers", group.lowerManagers);
  if (group.agents.length > 0) lines.push("  secrets of agents", ...agentLines(group.agents, mode, paint));
  section("clients", group.clients);
  lines.push("");
  return lines;
}

function agentLines(agents: readonly AgentChanges[], mode: PlanMode, paint: Paint): string[] {
  const lines: string[] = [];
  const shown = new Map<string, number>();
  const hidden = new Map<string, number>();
  let total = 0;
  for (const agent of agents) {
    const shape = shapeOf(agent);
    const alike = shown.get(shape) ?? 0;
    if (alike >= AGENTS_ALIKE || total >= AGENTS_SHOWN) {
      hidden.set(shape, (hidden.get(shape) ?? 0) + 1);
      continue;
    }
    shown.set(shape, alike + 1);
    total += 1;
    lines.push(`    ${visible(agent.name)}`, ...namedLines(agent.secrets, mode, paint, "      "));
  }
  return [...lines, ...foldedAgents(hidden, paint)];
}

/** What is folded together: as many changes of each action, whatever the keys are called. */
function shapeOf({ secrets }: AgentChanges): string {
  return actions
    .map((action) => {
      const count = secrets.filter(({ change }) => change.action === action).length;
      return count === 0 ? "" : `${actionStyles[action].sign} ${grouped(count)}`;
    })
    .filter((part) => part !== "")
    .join(", ");
}

function foldedAgents(hidden: ReadonlyMap<string, number>, paint: Paint): string[] {
  const folds = [...hidden].sort(([, a], [, b]) => b - a);
  const lines = folds
    .slice(0, AGENTS_ALIKE)
    .map(
      ([shape, count]) =>
        `${moreLikeThese(count, count === 1 ? "more agent" : "more agents")}: ${shape}${count === 1 ? "" : " each"}`,
    );
  const rest = folds.slice(AGENTS_ALIKE).reduce((sum, [, count]) => sum + count, 0);
  if (rest > 0)
    lines.push(`… and ${countOf(rest, "more agent")} with other changes (all with --output json)`);
  return lines.map((line) => `    ${paint("quiet", line)}`);
}

function namedLines(named: readonly NamedChange[], mode: PlanMode, paint: Paint, indent: string): string[] {
  const seen = new Map<string, number>();
  const shown = named.filter(({ change }) => {
    const alike = `${change.action} ${change.reason}`;
    const count = (seen.get(alike) ?? 0) + 1;
    seen.set(alike, count);
    return count <= SHOWN_ALIKE;
  });
  const names = shown.map(({ name }) => visible(name));
  const width = Math.min(NAME_WIDTH, Math.max(0, ...names.map((name) => name.length)));
  const lines = shown.map(({ change }, index) => {
    const { sign, tone } = actionStyles[change.action];
    const name = (names[index] ?? "").padEnd(width);
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
