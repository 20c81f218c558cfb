/** The states that a manager or an agent can be in, by faults, edits and world files alike. */

/** `imbase-failed`: the Integrated Management Base; `authentication-down`: the authentication server. */
export const managerStates = ["up", "down", "database-down", "imbase-failed", "authentication-down"] as const;
export type ManagerState = (typeof managerStates)[number];

/** `base-failed`: the integrated agent base; `storage-full`: no write succeeds. */
export const agentStates = ["up", "down", "base-failed", "storage-full"] as const;
export type AgentState = (typeof agentStates)[number];
