/** The declared topology with the changes of a plan, as `graph` draws it. */
export interface Topology {
  readonly managers: readonly TopologyManager[];
}

/** Number of changes of each kind; all zero if nothing changes. */
export interface Marks {
  readonly create: number;
  readonly update: number;
  readonly replace: number;
  readonly delete: number;
  /** Waits for another change. */
  readonly deferred: number;
  /** Unknown or blocked. */
  readonly open: number;
}

export interface TopologyManager {
  readonly name: string;
  readonly host: string;
  /** Of the initial secret. */
  readonly marks: Marks;
  readonly clients: { readonly count: number; readonly marks: Marks };
  /** Agents that report to the manager itself, and selectors over all of its agents. */
  readonly groups: readonly AgentGroup[];
  readonly lowerManagers: readonly TopologyLowerManager[];
}

export interface TopologyLowerManager {
  readonly host: string;
  /** The name of the declared manager with this host; absent if none is declared. */
  readonly declaredAs?: string | undefined;
  /** False if agents are declared below a host that nothing registers. */
  readonly declared: boolean;
  readonly marks: Marks;
  readonly groups: readonly AgentGroup[];
}

/** One agent, or all the agents that a selector matches. */
export interface AgentGroup {
  readonly by: "host" | "match";
  /** The host, or the selector as text. */
  readonly name: string;
  /** Number of declared secrets of each agent. */
  readonly secrets: number;
  readonly marks: Marks;
}

export const noMarks: Marks = { create: 0, update: 0, replace: 0, delete: 0, deferred: 0, open: 0 };
