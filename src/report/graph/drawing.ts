import {
  type AgentGroup,
  type Marks,
  noMarks,
  type Topology,
  type TopologyLowerManager,
  type TopologyManager,
} from "../../model/topology";
import { visible } from "../../model/visible";
import { clipped } from "../markdown/code-span";
import { countOf } from "../wording";
import { dominant, marksLine, sumOf } from "./marks";

/** How much of a fleet is drawn. One box gives the number of what is left out. */
export interface Detail {
  readonly managers: number;
  /** Below one manager. */
  readonly lowerManagers: number;
  /** Agents and selectors below one manager or lower manager. */
  readonly agents: number;
  /** Characters of one name. */
  readonly name: number;
}

export interface Drawing {
  readonly nodes: readonly DrawnNode[];
  /** Pairs of node IDs. */
  readonly edges: readonly (readonly [from: string, to: string])[];
}

export interface DrawnNode {
  /** `n1`: never derived from a name. */
  readonly id: string;
  readonly shape: "manager" | "lower-manager" | "agent" | "selector" | "clients" | "more";
  /** Without control characters, and not escaped for any format yet. */
  readonly lines: readonly string[];
  readonly mark?: keyof Marks | undefined;
}

/** The drawing of a topology. */
function drawingOf({ managers }: Topology, detail: Detail): Drawing {
  const draft = new Draft(detail);
  const [shown, hidden] = chosen(managers, detail.managers, managerMarks);
  const below = marksAsLowerManagers(managers);
  const ids = new Map(
    shown.map((manager) => [manager.name, draft.manager(manager, below.get(manager.name) ?? noMarks)]),
  );
  for (const manager of shown) drawBelow(draft, manager, ids);
  if (hidden.length > 0) {
    const marks = sumOf(hidden.map(managerMarks));
    draft.node("more", [`… and ${countOf(hidden.length, "more manager")}, with all below`], marks);
  }
  return draft;
}

/** The first drawing that fits, with less detail each time; the last one if none does. */
export function fittingDrawing(
  topology: Topology,
  details: readonly Detail[],
  fits: (drawing: Drawing) => boolean,
): Drawing {
  const drawings = details.map((detail) => () => drawingOf(topology, detail));
  for (const draw of drawings.slice(0, -1)) {
    const drawing = draw();
    if (fits(drawing)) return drawing;
  }
  return drawings.at(-1)?.() ?? { nodes: [], edges: [] };
}

/** Changes of a manager's registration at the manager above: it is drawn once, with both. */
function marksAsLowerManagers(managers: readonly TopologyManager[]): ReadonlyMap<string, Marks> {
  const byName = new Map<string, Marks>();
  for (const { declaredAs, marks } of managers.flatMap(({ lowerManagers }) => lowerManagers)) {
    if (declaredAs !== undefined) byName.set(declaredAs, sumOf([byName.get(declaredAs) ?? noMarks, marks]));
  }
  return byName;
}

function drawBelow(draft: Draft, manager: TopologyManager, ids: ReadonlyMap<string, string>): void {
  const own = ids.get(manager.name) ?? "";
  const { clients, groups, lowerManagers } = manager;
  if (clients.count > 0 || dominant(clients.marks)) {
    draft.edge(own, draft.node("clients", [countOf(clients.count, "client")], clients.marks));
  }
  drawGroups(draft, own, groups);
  const [shown, hidden] = chosen(lowerManagers, draft.detail.lowerManagers, lowerMarks);
  for (const lower of shown) {
    // A lower manager that is also declared as a manager is drawn once.
    const declared = lower.declaredAs === undefined ? undefined : ids.get(lower.declaredAs);
    const id = declared ?? draft.lowerManager(lower);
    if (id !== own) draft.edge(own, id);
    drawGroups(draft, id, lower.groups);
  }
  if (hidden.length > 0) {
    const text = `… and ${countOf(hidden.length, "more lower manager")}, with their agents`;
    draft.edge(own, draft.node("more", [text], sumOf(hidden.map(lowerMarks))));
  }
}

function drawGroups(draft: Draft, parent: string, groups: readonly AgentGroup[]): void {
  const [shown, hidden] = chosen(groups, draft.detail.agents, ({ marks }) => marks);
  for (const group of shown) draft.edge(parent, draft.group(group));
  if (hidden.length === 0) return;
  const text = hidden.some(({ by }) => by === "match")
    ? countOf(hidden.length, "more agent or selector", "more agents and selectors")
    : countOf(hidden.length, "more agent");
  draft.edge(parent, draft.node("more", [`… and ${text}`], sumOf(hidden.map(({ marks }) => marks))));
}

/** The first items, in order; if not all can be shown, changed items come first. */
function chosen<T>(items: readonly T[], most: number, marksOf: (item: T) => Marks): readonly [T[], T[]] {
  if (items.length <= most) return [[...items], []];
  const changing = items.filter((item) => dominant(marksOf(item)) !== undefined);
  const others = items.filter((item) => dominant(marksOf(item)) === undefined);
  const sorted = [...changing, ...others];
  return [sorted.slice(0, most), sorted.slice(most)];
}

function managerMarks({ marks, clients, groups, lowerManagers }: TopologyManager): Marks {
  return sumOf([
    marks,
    clients.marks,
    ...groups.map((group) => group.marks),
    ...lowerManagers.map(lowerMarks),
  ]);
}

function lowerMarks({ marks, groups }: TopologyLowerManager): Marks {
  return sumOf([marks, ...groups.map((group) => group.marks)]);
}

class Draft implements Drawing {
  readonly nodes: DrawnNode[] = [];
  readonly edges: (readonly [string, string])[] = [];

  constructor(readonly detail: Detail) {}

  manager({ name, host, marks }: TopologyManager, asLower: Marks): string {
    const lines = [this.#short(name), ...(host === name ? [] : [this.#short(host)])];
    return this.node("manager", lines, sumOf([marks, asLower]));
  }

  lowerManager({ host, declared, marks }: TopologyLowerManager): string {
    return this.node("lower-manager", [this.#short(host), ...(declared ? [] : ["not declared"])], marks);
  }

  group({ by, name, secrets, marks }: AgentGroup): string {
    const each = by === "match" ? " each" : "";
    // For an agent that only the plan knows, the selector shows what is declared.
    const declared = secrets === 0 ? [] : [`${countOf(secrets, "secret")}${each}`];
    return this.node(by === "match" ? "selector" : "agent", [this.#short(name), ...declared], marks);
  }

  node(shape: DrawnNode["shape"], lines: readonly string[], marks: Marks = noMarks): string {
    const id = `n${this.nodes.length + 1}`;
    const mark = dominant(marks);
    const all = mark === undefined ? lines : [...lines, marksLine(marks)];
    this.nodes.push({ id, shape, lines: all, mark });
    return id;
  }

  edge(from: string, to: string): void {
    this.edges.push([from, to]);
  }

  #short(name: string): string {
    return clipped(visible(name), this.detail.name);
  }
}
