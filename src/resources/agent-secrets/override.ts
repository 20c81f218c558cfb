import type { AgentDeclaration, AgentSelector, SecretBlock } from "../../model/desired-state";
import type { DiagnosticList } from "../../yaml/diagnostic-list";
import { quote } from "../../yaml/quote";
import { type Overriding, replaces, warnOfNothingReplaced } from "../overrides";

/** Equal for entries of the same agent, or of the same selector. */
export function selectorIdentity(selector: AgentSelector): string {
  if (selector.by === "host") return JSON.stringify([selector.managerHost, selector.host]);
  const { match, managerHost, os, addons = [] } = selector;
  return JSON.stringify([match, managerHost, os, [...addons].sort()]);
}

/** The entries without the keys that an entry of a later file replaces; other keys stay. */
export function withoutReplacedKeys(
  entries: readonly (AgentDeclaration & Overriding)[],
  diagnostics: DiagnosticList,
): AgentDeclaration[] {
  const kept: AgentDeclaration[] = [];
  /** Places in `kept`, by identity. */
  const places = new Map<string, number[]>();
  for (const entry of entries) {
    const identity = selectorIdentity(entry.selector);
    const earlier = places.get(identity) ?? [];
    let isReplacing = false;
    for (const place of earlier) {
      const known = kept[place];
      if (known === undefined || !replaces(entry, known)) continue;
      isReplacing = true;
      kept[place] = { ...known, secrets: without(known.secrets, entry.secrets) };
    }
    const { override, ...plain } = entry;
    if (override === "entry" && !isReplacing) {
      const name = "host" in entry.selector ? entry.selector.host : entry.selector.match;
      warnOfNothingReplaced(`the entry of ${quote(name)}`, entry.position, diagnostics);
    }
    places.set(identity, [...earlier, kept.length]);
    kept.push(plain);
  }
  return kept;
}

/** The same object if nothing is removed, because aliases share it. */
function without(block: SecretBlock, replaced: SecretBlock): SecretBlock {
  const left = [...block].filter(([key]) => !replaced.has(key));
  return left.length === block.size ? block : new Map(left);
}
