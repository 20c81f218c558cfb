/** A declared selector, without the secrets that it gives. */
export interface DescribedSelector {
  /** The place of its agents: `tokyo/agent`, or `tokyo/agent/HOST` below one lower manager. */
  readonly address: string;
  readonly match: string;
  readonly manager_host?: string | undefined;
  readonly os?: string | undefined;
  readonly addons?: readonly string[] | undefined;
}

/** A selector whose agents are listed. */
export interface MatchedSelector extends DescribedSelector {
  /** Listed agents that it matches. */
  readonly agents: number;
  /** The agent list does not cover every agent that it may match. */
  readonly at_least?: true | undefined;
  /** Agents with secrets from this selector that the user can no longer see. */
  readonly lost?: number | undefined;
}

/** A selector that may match agents which the plan does not know. */
export interface OpenSelector extends DescribedSelector {
  readonly reason: OpenSelectorReason;
  /** Address of the change after which its agents can be seen. */
  readonly after?: string;
}

export type OpenSelectorReason =
  /** Its agents can be seen only after another change of this plan. */
  | "deferred"
  /** The manager was not asked for its agents. */
  | "not-listed";
