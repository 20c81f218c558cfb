import { nearestTo } from "../../engine/nearest";
import { type Diagnostic, DiagnosticError } from "../../model/diagnostic";
import type { ListedKind } from "../../model/listing";
import { shellWord } from "../../model/shell-command";
import { matches, type SelectableAgent, wildcard } from "../../resources/agent-secrets/selection";

/** The criteria of a selector: each given one must hold. */
export interface ListFilters {
  /** A pattern of the hosts of agents and lower managers, of client IDs, or of the managers' names. */
  readonly match?: string | undefined;
  /** Only for agents and their secrets, like those that follow. */
  readonly managerHost?: string | undefined;
  readonly os?: string | undefined;
  /** Add-ons that the agent must have, enabled. */
  readonly addons?: readonly string[] | undefined;
}

/**
 * The filters as tests of names and of agents. Throws a `DiagnosticError` (`usage`) for those that the kind cannot
 * have.
 */
export function createFilters(kind: ListedKind, { match = "*", managerHost, os, addons = [] }: ListFilters) {
  const options = { "--manager-host": managerHost, "--os": os, "--addon": addons[0] };
  const given = Object.entries(options).flatMap(([option, value]) => (value === undefined ? [] : [option]));
  if (given.length > 0 && kind !== "agents" && kind !== "secrets")
    throw new DiagnosticError(given.map((option) => notOfAgents(option, kind)));
  const selector = {
    ...({ by: "match", match, addons } as const),
    managerHost,
    os,
  };
  const seen = new SeenNames({ "--match": [match], "--manager-host": [managerHost], "--addon": addons });
  const isMatch = wildcard(match);
  return {
    isGiven: match !== "*" || given.length > 0,
    takesName: (name: string) => {
      seen.add("--match", name);
      return isMatch(name);
    },
    takesAgent: (agent: SelectableAgent) => {
      seen.add("--match", agent.host);
      seen.add("--manager-host", agent.managerHost);
      seen.add("--addon", ...agent.addons.map(({ name }) => name));
      return matches(selector, agent);
    },
    nearMisses: () => seen.nearMisses(),
  };
}

type NameOption = "--match" | "--manager-host" | "--addon";

/** The names that were compared with the filters. */
class SeenNames {
  readonly #wanted: Readonly<Record<NameOption, readonly (string | undefined)[]>>;
  readonly #names = {
    "--match": new Set<string>(),
    "--manager-host": new Set<string>(),
    "--addon": new Set<string>(),
  };

  constructor(wanted: Readonly<Record<NameOption, readonly (string | undefined)[]>>) {
    this.#wanted = wanted;
  }

  add(option: NameOption, ...names: readonly string[]): void {
    for (const name of names) this.#names[option].add(name);
  }

  /** Options with the value that was most likely meant, for values that no name has. */
  nearMisses(): string[] {
    return (Object.keys(this.#names) as NameOption[]).flatMap((option) => {
      const names = [...this.#names[option]];
      const missed = this.#wanted[option].filter(
        (value) => value !== undefined && !names.some(wildcard(value)),
      );
      return missed
        .flatMap((value = "") => nearestTo(value, names) ?? [])
        .map((name) => `${option} ${shellWord(name)}`);
    });
  }
}

export type Filters = ReturnType<typeof createFilters>;

function notOfAgents(option: string, kind: ListedKind): Diagnostic {
  return {
    code: "usage",
    severity: "error",
    summary: `${option} is about agents, and ${kind} have no such property`,
    remedy: `leave ${option} out, or get agents or secrets; --match and --manager go with every kind`,
  };
}
