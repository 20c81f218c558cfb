import { suggestion } from "../../yaml/quote";
import { type AgentPattern, matches, type SelectableAgent } from "./selection";

/** Why a selector matches no agent of a list. */
export interface EmptySelection {
  /** The first criterion that leaves no agent, by itself or after the criteria before it. */
  readonly criterion: "match" | "managerHost" | "os" | "addons";
  readonly why: string;
  /** `did you mean …?` */
  readonly meant?: string | undefined;
}

export function emptySelection(selector: AgentPattern, agents: readonly SelectableAgent[]): EmptySelection {
  if (agents.length === 0) return { criterion: "match", why: "the manager lists no agent" };
  const criteria = criteriaOf(selector);
  const fits = (parts: readonly Criterion[]) =>
    agents.filter((agent) => parts.every(({ part }) => matches(part, agent)));
  const alone = criteria.find((each) => fits([each]).length === 0);
  const index = criteria.findIndex((_, at) => fits(criteria.slice(0, at + 1)).length === 0);
  const excluding = alone ?? criteria[index] ?? criteria[0];
  if (excluding === undefined) throw new Error("a selector has no criterion");
  const left = alone ? agents : fits(criteria.slice(0, index));
  const names = [...new Set(left.flatMap(excluding.namesOf))];
  const meant = suggestion(excluding.wrong, names);
  const among = alone
    ? `none of the ${agents.length} listed agents`
    : `none of the ${left.length} that fit the rest`;
  return { criterion: excluding.criterion, why: `${among} ${excluding.what}`, meant: meant || undefined };
}

interface Criterion extends Pick<EmptySelection, "criterion"> {
  readonly part: AgentPattern;
  readonly what: string;
  readonly wrong: string;
  readonly namesOf: (agent: SelectableAgent) => readonly string[];
}

function criteriaOf({ match, managerHost, os, addons = [] }: AgentPattern): readonly Criterion[] {
  const any = { by: "match", match: "*" } as const;
  const text = (value: string) => JSON.stringify(value);
  return [
    {
      ...{ criterion: "match", part: { ...any, match }, wrong: match },
      ...{ what: `is called ${text(match)}`, namesOf: ({ host }) => [host] },
    },
    ...optional(managerHost, (wrong) => ({
      ...{ criterion: "managerHost", part: { ...any, managerHost: wrong }, wrong },
      ...{ what: `reports to ${text(wrong)}`, namesOf: (agent) => [agent.managerHost] },
    })),
    ...optional(os, (wrong) => ({
      ...{ criterion: "os", part: { ...any, os: wrong }, wrong },
      ...{ what: `runs ${text(wrong)}`, namesOf: (agent) => [agent.os] },
    })),
    ...addons.map(
      (wrong): Criterion => ({
        ...{ criterion: "addons", part: { ...any, addons: [wrong] }, wrong },
        ...{ what: `has the add-on ${text(wrong)} enabled` },
        namesOf: (agent) => agent.addons.flatMap(({ name, enabled }) => (enabled ? [name] : [])),
      }),
    ),
  ];
}

function optional(value: string | undefined, criterion: (value: string) => Criterion): readonly Criterion[] {
  return value === undefined ? [] : [criterion(value)];
}
