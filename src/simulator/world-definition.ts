/** A world as data: the content of a world file, of `truth()` and of `persist`. */
import type { Behaviours } from "../model/gaps";
import type { Fault } from "./fault";
import type { AgentState, ManagerState } from "./states";

export const WORLD_VERSION = "jp1im-simulator/v1";

export interface WorldDefinition {
  readonly apiVersion: typeof WORLD_VERSION;
  /** Seed for generated secrets and probabilities of faults; without it both differ at every start. */
  readonly seed?: number;
  /** Longest request body in bytes; anything longer is answered 413. */
  readonly bodyLimit?: number;
  /** Written by `truth()`: what is not listed does not exist, so no `MANAGER_INTEGRATED_*` client is added. */
  readonly snapshot?: boolean;
  /** Answers to what the manual leaves open, by gap (`src/model/gaps.ts`); the strictest if absent. */
  readonly behaviours?: Behaviours | undefined;
  /** By name. */
  readonly managers: Readonly<Record<string, ManagerDefinition>>;
  readonly faults?: readonly Fault[];
}

export interface ManagerDefinition {
  readonly host: string;
  /** Port to listen on; 0 or absent takes any free one. */
  readonly port?: number | undefined;
  /** `13-10` or `13-10-02`. */
  readonly version?: string | undefined;
  /** Paths of PEM files, from the world file's folder; with them the manager speaks HTTPS. */
  readonly tls?: { readonly cert: string; readonly key: string } | undefined;
  readonly state?: ManagerState;
  /** `jp1.imdd.authBasic`: whether a JP1 user may be sent with each request; false, as on a real manager. */
  readonly perRequestLogin?: boolean | undefined;
  /** Absent: none has been issued yet. */
  readonly initialSecret?: string | undefined;
  readonly users: Readonly<Record<string, UserDefinition>>;
  /** Secrets by IM client ID; `null` has one generated. */
  readonly clients?: Readonly<Record<string, string | null>>;
  /** Hosts registered under this manager in IM Configuration Management. */
  readonly subordinates?: readonly string[];
  /** Hosts added as lower managers; each has to be a subordinate too. */
  readonly lowerManagers?: readonly string[];
  readonly agents?: readonly AgentGroup[];
}

export type Permission = "JP1_Console_Admin" | "JP1_Console_Operator" | "JP1_Console_User";

export interface UserDefinition {
  readonly password: string;
  readonly permission?: Permission;
  /** The JP1 resource groups of the permission; the default `*` includes every agent. */
  readonly resourceGroups?: readonly string[];
  /** `resourceGroups` with one entry. */
  readonly resourceGroup?: string;
  /** Whether `login` lets the user in. */
  readonly login?: boolean;
}

/** One agent, or as many equal ones as the ranges in `host` give. */
export interface AgentGroup {
  /** `web01`, or with ranges `web{001..200}`. */
  readonly host: string;
  /** `windows` or `linux`, also with a capital. */
  readonly os?: string;
  readonly state?: AgentState;
  /** `YYYY-MM-DDThh:mm:ssZ`; the time of the start where absent. */
  readonly registered?: string;
  /** Whether each is enabled, by name. */
  readonly addons?: Readonly<Record<string, boolean>>;
  /** The JP1 resource groups that the agent belongs to, beside `*`. */
  readonly resourceGroups?: readonly string[];
  /** Values by key. */
  readonly secrets?: Readonly<Record<string, string>>;
  /** Number of further secrets: `secret-0001` = `value-0001`, and so on. */
  readonly generateSecrets?: number;
  /**
   * The `immgr.*` values with which the agent reaches its manager. If absent, usual values are generated and stored
   * among the secrets. If present, `secrets` is used unchanged, and an agent with different values is disconnected.
   */
  readonly connection?: Readonly<Record<string, string>>;
}
