import type { AgentRef } from "../../model/address";
import type { AgentDeclaration } from "../../model/desired-state";
import {
  type AgentSecrets,
  asksForNamesOnly,
  mayMatch,
  secretsOf,
} from "../../resources/agent-secrets/selection";
import type { AgentListing } from "../values/agent-blocks";

/** The entries of one manager for one agent. */
export interface Selected extends AgentSecrets {
  /** Keys that a selector may give, depending on the agent's unknown system and add-ons. */
  readonly undecided?: ReadonlySet<string>;
}

/** Returns a function that selects a manager's entries for one agent. */
export function entriesForAgent(
  declarations: readonly AgentDeclaration[],
  listing: AgentListing | undefined,
) {
  const byHost = declarations.filter(({ selector }) => selector.by === "host");
  const byNames = declarations.filter(({ selector }) => asksForNamesOnly(selector));
  const others = declarations.filter(({ selector }) => !asksForNamesOnly(selector));
  const secrets = ({ host, managerHost }: AgentRef, from: readonly AgentDeclaration[]) =>
    secretsOf({ host, managerHost, os: "", addons: [] }, from);
  return {
    byHost: (agent: AgentRef): Selected => secrets(agent, byHost),
    any(address: string, agent: AgentRef): Selected | "undecidable" {
      const live = listing?.agents.get(address);
      if (live) return secretsOf(live, declarations);
      if (!listing) return secrets(agent, declarations);
      // Selectors match existing agents; a vanished agent keeps only the entries that name it.
      if (listing.complete) return secrets(agent, byHost);
      const open = others.filter(({ selector }) => mayMatch(selector, agent));
      if (open.length === 0) return secrets(agent, declarations);
      if (listing.isAsked) return "undecidable";
      const named = new Set(secrets(agent, byHost).blocks.flatMap((block) => [...block.secrets.keys()]));
      const keys = open.flatMap((declaration) => [...declaration.secrets.keys()]);
      return { ...secrets(agent, byNames), undecided: new Set(keys.filter((key) => !named.has(key))) };
    },
  };
}
