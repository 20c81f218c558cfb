/** What `get` shows: what the managers have now, by name. No call reads a secret value back, so that none is in it. */
import type { Unplanned } from "./plan";

export const listedKinds = ["managers", "agents", "lower-managers", "clients", "secrets"] as const;

export type ListedKind = (typeof listedKinds)[number];

export interface Listing {
  readonly kind: ListedKind;
  /** In the order of the managers, then of the hosts and names. */
  readonly items: readonly ListedItem[];
  /** What could not be read: with anything here, the list is partial. */
  readonly unknown: readonly Unplanned[];
}

export interface ListedItem {
  readonly address: string;
  /** The name of the manager that was asked. */
  readonly manager: string;
  /** The manager's name, the host of an agent or lower manager, the client's ID, or the secret's key. */
  readonly name: string;
  /** The desired state declares it; an agent: something on it. */
  readonly declared: boolean;
  /** The state owns it; an agent, a manager: something on it. */
  readonly owned: boolean;
  /** Host of the manager itself, or of the agent that a secret is on. */
  readonly host?: string;
  /** Host of the manager that an agent reports to. */
  readonly manager_host?: string;
  readonly os?: string;
  /** The add-ons of an agent that are enabled. */
  readonly addons?: readonly string[];
  readonly url?: string;
  /** Of a manager that answers: its product version, and the versions of its API. */
  readonly version?: string;
  readonly api_versions?: readonly string[];
}
