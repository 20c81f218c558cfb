import { type Diagnostic, DiagnosticError } from "../../model/diagnostic";
import type { ListedKind } from "../../model/listing";
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
    ...(managerHost !== undefined && { managerHost }),
    ...(os !== undefined && { os }),
  };
  return {
    isGiven: match !== "*" || given.length > 0,
    takesName: wildcard(match),
    takesAgent: (agent: SelectableAgent) => matches(selector, agent),
  };
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
