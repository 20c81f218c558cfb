/** The names of each kind of resource. What a kind is and does stands in its folder in `src/resources`. */

export interface KindNames {
  /** The key under a manager in the YAML, which is also the field of `DesiredManager`. */
  readonly key: string;
  /** The second segment of its addresses. */
  readonly segment: string;
  /** Whether a manager has a list of them; else it has one at most. */
  readonly isList: boolean;
  /** The key of an entry that the YAML is sorted by; absent where the order of the entries counts. */
  readonly sortedBy?: string;
  /** In messages: `client`, `clients`. */
  readonly one: string;
  readonly many: string;
  /** Keys in the YAML that a secret value may stand below by mistake. */
  readonly secretKeys: readonly string[];
  /** Keys in the YAML that hold names and numbers only. */
  readonly plainKeys: readonly string[];
}

/** In the order in which a plan carries them out and reports show them. */
export const kinds = {
  "initial-secret": {
    key: "initialSecret",
    segment: "initial-secret",
    isList: false,
    one: "initial secret",
    many: "initial secrets",
    secretKeys: ["initialSecret"],
    plainKeys: ["generation"],
  },
  "lower-manager": {
    key: "lowerManagers",
    segment: "lower-manager",
    isList: true,
    sortedBy: "host",
    one: "lower manager",
    many: "lower managers",
    secretKeys: ["initialSecret"],
    plainKeys: ["host"],
  },
  secret: {
    key: "agents",
    segment: "agent",
    isList: true,
    one: "agent secret",
    many: "secrets of agents",
    secretKeys: ["secrets"],
    plainKeys: ["host", "match", "managerHost", "os", "addons"],
  },
  client: {
    key: "clients",
    segment: "client",
    isList: true,
    sortedBy: "id",
    one: "client",
    many: "clients",
    secretKeys: [],
    plainKeys: ["id", "generation"],
  },
} as const satisfies Readonly<Record<string, KindNames>>;

export type KindName = keyof typeof kinds;

export const kindNames = Object.keys(kinds) as readonly KindName[];

/** The names of all kinds, in the order of `kinds`. */
export const allKinds: readonly KindNames[] = Object.values(kinds);
