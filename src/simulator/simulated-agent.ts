import type { WireAgent } from "../api/wire";
import { AgentSecrets, type SecretTemplate } from "./agent-secrets";
import type { AgentState } from "./states";

/** Everything agents of one group have in common. */
export interface AgentKind {
  readonly os: WireAgent["os"];
  readonly addons: Readonly<Record<string, boolean>>;
  /** The JP1 resource groups that the agent belongs to; every agent is in `*`. */
  readonly resourceGroups: readonly string[];
  /** The values of its own keys with which the agent reaches its manager. */
  readonly connection: ReadonlyMap<string, string>;
  readonly template: SecretTemplate;
}

/** One integrated agent with its secret store. */
export class SimulatedAgent {
  readonly secrets: AgentSecrets;
  state: AgentState;
  /** Whether its own keys still hold the values that its manager accepts. */
  connected = true;

  constructor(
    readonly host: string,
    readonly kind: AgentKind,
    readonly registeredTime: string,
    state: AgentState,
  ) {
    this.secrets = new AgentSecrets(kind.template);
    this.state = state;
    this.updateConnection();
  }

  setSecret(key: string, value: string): void {
    this.secrets.set(key, value);
    if (this.kind.connection.has(key)) this.updateConnection();
  }

  /** Whether the key was there. */
  deleteSecret(key: string): boolean {
    if (!this.secrets.has(key)) return false;
    this.secrets.delete(key);
    if (this.kind.connection.has(key)) this.updateConnection();
    return true;
  }

  toWire(managerHost: string): WireAgent {
    return {
      agentid: `agent-${this.host}`,
      agenthost: this.host,
      os: this.kind.os,
      installpath: this.kind.os === "windows" ? "C:\\Program Files\\Hitachi\\jp1ima" : "/opt/jp1ima",
      imversion: "131000",
      managerhost: managerHost,
      registeredtime: this.registeredTime,
      addons: Object.entries(this.kind.addons).map(([addonName, enabled]) => ({ addonName, enabled })),
    };
  }

  private updateConnection(): void {
    this.connected = true;
    for (const [key, value] of this.kind.connection) {
      if (this.secrets.get(key) !== value) this.connected = false;
    }
  }
}
