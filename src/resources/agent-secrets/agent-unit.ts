import type { AgentRef } from "../../model/address";
import type { AgentDeclaration, SecretBlock } from "../../model/desired-state";
import type { SecretValue } from "../../model/secret-value";
import type { WrittenFingerprints } from "../../state/port";
import type { DesiredAgentSecrets } from "./agent-inputs";

/** One agent with declared or owned secrets. */
export interface AgentUnit {
  readonly address: string;
  readonly agent: AgentRef;
  /** The entries that apply to it, in the order of rising specificity. */
  readonly declarations: readonly AgentDeclaration[];
  /** Keys that a selector may give to it; only the manager's list could decide. */
  readonly undecided?: ReadonlySet<string> | undefined;
  /** A complete list lacks it, and a selector might apply to it: the user may not see it, or it is gone. */
  readonly isHidden?: boolean;
}

export interface WrittenSecret {
  readonly key: string;
  readonly value: SecretValue;
}

/** The secrets declared for one agent, merged from every entry that applies to it. */
export interface AgentDesired extends DesiredAgentSecrets {
  /** For the same list, agents with the same declarations share the result. */
  values(keys: readonly string[]): readonly WrittenSecret[];
  /** The fingerprints of keys that were written, in the state's form. */
  written(keys: readonly string[]): WrittenFingerprints;
  /** The declared keys whose sources give no value. */
  readonly missing: SecretBlock;
}
