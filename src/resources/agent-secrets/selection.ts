import wildcardMatch from "wildcard-match";
import type { AgentRef } from "../../model/address";
import type { AgentDeclaration, AgentSelector } from "../../model/desired-state";

/** The fields of an agent of the live list that selectors match (manual 7.2.5). */
export interface SelectableAgent extends AgentRef {
  readonly os: string;
  readonly addons: readonly { readonly name: string; readonly enabled: boolean }[];
}

/** A selector that is no exact host. */
export type AgentPattern = Extract<AgentSelector, { by: "match" }>;

/** One key that two selectors give to one agent, if neither is more specific. */
export interface SelectorConflict {
  readonly key: string;
  readonly first: AgentDeclaration;
  readonly second: AgentDeclaration;
}

export interface AgentSecrets {
  /** Entries that apply to the agent, in order of rising specificity: a later one wins over an earlier one. */
  readonly blocks: readonly AgentDeclaration[];
  readonly conflicts: readonly SelectorConflict[];
}

/**
 * The entries of one manager that apply to an agent. Call it with the same `declarations` array for all agents: it
 * prepares each array once.
 */
export function secretsOf(agent: SelectableAgent, declarations: readonly AgentDeclaration[]): AgentSecrets {
  let prepared = preparations.get(declarations);
  if (prepared === undefined) {
    prepared = prepare(declarations);
    preparations.set(declarations, prepared);
  }
  const matching = prepared.selectors.filter(({ selector }) => matches(selector, agent));
  const ordered = bySpecificity(matching);
  const exact = prepared.exact.size === 0 ? undefined : prepared.exact.get(agentKey(agent));
  return {
    blocks: exact ? [...ordered, ...exact] : ordered,
    conflicts: matching.length < 2 ? NO_CONFLICTS : findConflicts(matching, exact ?? []),
  };
}

/**
 * Whether a selector applies to an agent: every criterion that it gives must hold. Systems are compared without
 * regard to case.
 */
export function matches(selector: AgentSelector, agent: SelectableAgent): boolean {
  if (selector.by === "host") {
    return selector.host === agent.host && selector.managerHost === agent.managerHost;
  }
  const { match, managerHost, os, addons = [] } = selector;
  return (
    wildcard(match)(agent.host) &&
    (managerHost === undefined || wildcard(managerHost)(agent.managerHost)) &&
    (os === undefined || wildcard(os.toLowerCase())(agent.os.toLowerCase())) &&
    addons.every((name) => agent.addons.some((addon) => addon.enabled && addon.name === name))
  );
}

/** Whether a selector may apply to an agent, by its names alone. */
export function mayMatch(selector: AgentSelector, agent: AgentRef): boolean {
  const named = { ...agent, os: "", addons: [] };
  if (selector.by === "host") return matches(selector, named);
  const { os: _os, addons: _addons, ...names } = selector;
  return matches(names, named);
}

/** Whether a selector may apply to an agent below the manager with this host. */
export function mayMatchBelow(selector: AgentPattern, managerHost: string): boolean {
  return selector.managerHost === undefined || wildcard(selector.managerHost)(managerHost);
}

/** Whether a selector's criteria are only about names. */
export function asksForNamesOnly(selector: AgentSelector): boolean {
  return selector.by === "host" || (selector.os === undefined && (selector.addons ?? []).length === 0);
}

/** Whether `wider` matches every agent that `narrower` can match, judged by their texts alone. */
export function covers(wider: AgentPattern, narrower: AgentPattern): boolean {
  return (
    coversPattern(wider.match, narrower.match) &&
    coversPattern(wider.managerHost, narrower.managerHost) &&
    coversPattern(wider.os?.toLowerCase(), narrower.os?.toLowerCase()) &&
    (wider.addons ?? []).every((name) => narrower.addons?.includes(name))
  );
}

/** Whether `a` wins over `b` where both match. An exact host wins over every selector. */
export function isMoreSpecific(a: AgentSelector, b: AgentSelector): boolean {
  if (a.by === "host" || b.by === "host") return b.by === "match";
  return covers(b, a) && !covers(a, b);
}

/**
 * A pattern as a test of whole names. `*` stands for any run of characters, `?` for one; everything else, including
 * slashes and backslashes, stands for itself.
 */
export function wildcard(pattern: string): (name: string) => boolean {
  let test = compiled.get(pattern);
  if (test === undefined) {
    // Several stars mean one star, and would cost the expression exponential time.
    const text = pattern.replaceAll("\\", "\\\\").replace(/\*+/g, "*");
    const match = wildcardMatch(text, { separator: false, flags: "s" });
    test = (name) => match(name);
    if (compiled.size >= MOST_COMPILED) compiled.clear();
    compiled.set(pattern, test);
  }
  return test;
}

const NO_CONFLICTS: readonly SelectorConflict[] = [];
const MOST_COMPILED = 10_000;
const compiled = new Map<string, (name: string) => boolean>();
const preparations = new WeakMap<readonly AgentDeclaration[], Preparation>();

interface Preparation {
  readonly exact: ReadonlyMap<string, readonly AgentDeclaration[]>;
  readonly selectors: readonly AgentDeclaration[];
}

function prepare(declarations: readonly AgentDeclaration[]): Preparation {
  const exact = new Map<string, AgentDeclaration[]>();
  const selectors: AgentDeclaration[] = [];
  for (const declaration of declarations) {
    const { selector } = declaration;
    if (selector.by === "match") {
      selectors.push(declaration);
      continue;
    }
    const key = agentKey(selector);
    const entries = exact.get(key);
    if (entries) entries.push(declaration);
    else exact.set(key, [declaration]);
  }
  return { exact, selectors };
}

/**
 * In the order of rising specificity. A wider selector covers at least as many others as each narrower one, so
 * counting sorts them.
 */
export function bySpecificity(matching: readonly AgentDeclaration[]): readonly AgentDeclaration[] {
  if (matching.length < 2) return matching;
  const ranked = matching.map((declaration) => ({
    declaration,
    wider: matching.filter((other) => isMoreSpecific(declaration.selector, other.selector)).length,
  }));
  return ranked.sort((a, b) => a.wider - b.wider).map(({ declaration }) => declaration);
}

/** Keys for which no selector is the most specific one. Keys of exact entries are never in conflict. */
function findConflicts(
  matching: readonly AgentDeclaration[],
  exact: readonly AgentDeclaration[],
): SelectorConflict[] {
  const givers = new Map<string, AgentDeclaration[]>();
  for (const declaration of matching) {
    for (const key of declaration.secrets.keys()) {
      const known = givers.get(key);
      if (known) known.push(declaration);
      else givers.set(key, [declaration]);
    }
  }
  const conflicts: SelectorConflict[] = [];
  for (const [key, all] of givers) {
    if (all.length < 2 || exact.some((declaration) => declaration.secrets.has(key))) continue;
    const [first, second] = all.filter(
      (giver) => !all.some((other) => isMoreSpecific(other.selector, giver.selector)),
    );
    if (first && second) conflicts.push({ key, first, second });
  }
  return conflicts;
}

/**
 * Whether a pattern (absent: any name) matches everything that another one matches. It tests the narrower pattern's
 * shortest names, and long ones with characters that neither pattern contains.
 */
function coversPattern(wider: string | undefined, narrower: string | undefined): boolean {
  if (wider === undefined) return true;
  if (narrower === undefined) return /^\*+$/.test(wider);
  const test = wildcard(wider);
  const single = narrower.replaceAll("?", "\u{f8fe}");
  const long = "\u{f8ff}".repeat(wider.length + 1);
  return test(single.replace(/\*+/g, "")) && test(single.replace(/\*+/g, long));
}

function agentKey({ managerHost, host }: AgentRef): string {
  return `${managerHost}\0${host}`;
}
