/** The result of `get`: what the managers have now, by name. It has no secret values, because no call returns them. */
import type { Unplanned } from "./plan";

export const listedKinds = ["managers", "agents", "lower-managers", "clients", "secrets"] as const;

export type ListedKind = (typeof listedKinds)[number];

export interface Listing {
  readonly kind: ListedKind;
  /** Sorted by manager, then by host and name. */
  readonly items: readonly ListedItem[];
  /** What could not be read; if not empty, the list is partial. */
  readonly unknown: readonly Unplanned[];
}

export interface ListedItem {
  readonly address: string;
  /** The name of the manager that was asked. */
  readonly manager: string;
  /** The manager's name, the host of an agent or lower manager, the client's ID, or the secret's key. */
  readonly name: string;
  /** The desired state declares it; for an agent, something on it. */
  readonly declared: boolean;
  /** The state owns it; for an agent or a manager, something on it. */
  readonly owned: boolean;
  /** Host of the manager itself, or of the agent that a secret is on. */
  readonly host?: string;
  /** Host of the manager that an agent reports to. */
  readonly manager_host?: string;
  readonly os?: string;
  /** The add-ons of an agent that are enabled. */
  readonly addons?: readonly string[];
  readonly url?: string;
  /** The product version and the API versions of a manager that answers. */
  readonly version?: string;
  readonly api_versions?: readonly string[];
}
