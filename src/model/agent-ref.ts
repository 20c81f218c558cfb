/** An integrated agent: the pair by which the manager addresses it in `listAgentSecrets` (5.18.3). */
export interface AgentRef {
  /** The agent's own host name, 1-255 characters. */
  readonly host: string;
  /** The host name of the manager that it reports to, 1-255 characters. */
  readonly managerHost: string;
}
