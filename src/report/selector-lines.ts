import type { Plan } from "../model/plan";
import type { MatchedSelector } from "../model/selector";
import { visible } from "../model/visible";
import { selectorWords } from "./deferred-lines";
import type { Paint } from "./paint";
import { countOf, moreLikeThese } from "./wording";

const SHOWN = 10;

/** The number of agents that each selector matches; selectors that lost agents come first. */
export function selectorLines({ selectors = [] }: Pick<Plan, "selectors">, paint: Paint): string[] {
  const ordered = [...selectors].sort((a, b) => (b.lost ?? 0) - (a.lost ?? 0));
  const lines = ordered.slice(0, SHOWN).map((selector) => {
    const words = `${visible(selector.address)}  ${visible(selectorWords(selector))}`;
    return `  ${words}: ${agentsOf(selector)}${lossOf(selector, paint)}`;
  });
  const rest = ordered.length - lines.length;
  return rest === 0 ? lines : [...lines, `  ${paint("quiet", moreLikeThese(rest, "more selectors"))}`];
}

function agentsOf({ agents, at_least: atLeast }: MatchedSelector): string {
  return `${atLeast ? "at least " : ""}${countOf(agents, "agent")}`;
}

function lossOf({ lost = 0 }: MatchedSelector, paint: Paint): string {
  if (lost === 0) return "";
  return `, ${paint("warning", `and ${countOf(lost, "agent")} that it matched before ${lost === 1 ? "is" : "are"} gone`)}`;
}
