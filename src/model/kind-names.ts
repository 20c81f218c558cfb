/** The names of each kind of resource. The code of a kind is in its folder in `src/resources`. */
import type {
  AgentDeclaration,
  DesiredClient,
  DesiredInitialSecret,
  DesiredLowerManager,
  SecretReference,
} from "./desired-resources";
import { Limits } from "./limits";
import type {
  ChangeAgentSecrets,
  DeleteClients,
  DeleteLowerManagers,
  IssueClient,
  IssueInitialSecret,
  PutLowerManager,
} from "./requests";

export interface KindNames {
  /** The key under a manager in the YAML, which is also the field of `DesiredManager`. */
  readonly key: string;
  /** The second segment of its addresses. */
  readonly segment: string;
  /** Whether a manager has a list of them; otherwise it has at most one. */
  readonly isList: boolean;
  /**
   * The key of an entry that its address uses and that the YAML is sorted by; absent if the order of the entries
   * matters.
   */
  readonly sortedBy?: string;
  /** Whether the manager issues it as a secret that is delivered. */
  readonly isIssued?: true;
  /** In messages: `client`, `clients`. */
  readonly one: string;
  readonly many: string;
  /** Keys in the YAML below which somebody may have written a secret by mistake. */
  readonly secretKeys: readonly string[];
  /** Keys in the YAML that hold names and numbers only. */
  readonly plainKeys: readonly string[];
  /** The value that an entry sends, if it comes from a source. */
  value?(entry: Entry): DeclaredValue | undefined;
  /** The requests that change them, by their types in a plan. */
  readonly requests: Readonly<Record<string, RequestNames>>;
}

export interface DeclaredValue {
  readonly source: SecretReference;
  /** The source, as part of a sentence: `the source of immhost-osaka's initial secret`. */
  readonly is: string;
  readonly limit: { readonly min: number; readonly max: number };
}

/** How a plan shows requests of one type. */
export interface RequestNames {
  /** Method and path. */
  readonly call: string;
  /** What it changes, if that is not the kind's `one`. */
  readonly one?: string;
  /** What becomes of the resources. */
  readonly does: readonly string[];
  /** Number of resources in a request, for each word of `does`. */
  counts(request: Request): readonly number[];
}

/** In the order in which a plan carries them out and reports show them. */
export const kinds = {
  "initial-secret": {
    key: "initialSecret",
    segment: "initial-secret",
    isList: false,
    isIssued: true,
    one: "initial secret",
    many: "initial secrets",
    secretKeys: ["initialSecret"],
    plainKeys: ["generation"],
    requests: {
      "issue-initial-secret": {
        call: "POST secret/generateInfo",
        does: ["issued and delivered", "issued for a lower manager"],
        counts: ({ deliver }: IssueInitialSecret) => (deliver ? [1, 0] : [0, 1]),
      },
    },
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
    value: ({ host, initialSecret }: DesiredLowerManager) =>
      initialSecret.from === "source"
        ? {
            source: initialSecret.source,
            is: `the source of ${host}'s initial secret`,
            limit: Limits.initialSecret,
          }
        : undefined,
    requests: {
      "put-lower-manager": {
        call: "POST subManagers/createInfo",
        does: ["added", "updated"],
        counts: ({ registered }: PutLowerManager) => (registered ? [0, 1] : [1, 0]),
      },
      "delete-lower-managers": {
        call: "POST subManagers/deleteInfo",
        does: ["deleted"],
        counts: ({ hosts }: DeleteLowerManagers) => [hosts.length],
      },
    },
  },
  secret: {
    key: "agents",
    segment: "agent",
    isList: true,
    one: "agent secret",
    many: "secrets of agents",
    secretKeys: ["secrets"],
    plainKeys: ["host", "match", "managerHost", "os", "addons"],
    requests: {
      "change-agent-secrets": {
        call: "POST agents/secrets/change",
        one: "secret",
        does: ["written", "deleted"],
        counts: ({ add, delete: remove }: ChangeAgentSecrets) => [add.length, remove.length],
      },
    },
  },
  client: {
    key: "clients",
    segment: "client",
    isList: true,
    sortedBy: "id",
    isIssued: true,
    one: "client",
    many: "clients",
    secretKeys: [],
    plainKeys: ["id", "generation"],
    requests: {
      "issue-client": {
        call: "POST secret/client/generateInfo",
        does: ["issued"],
        counts: (_request: IssueClient) => [1],
      },
      "delete-clients": {
        call: "POST secret/client/deleteInfo",
        does: ["deleted"],
        counts: ({ ids }: DeleteClients) => [ids.length],
      },
    },
  },
} as const satisfies Readonly<Record<string, KindNames>>;

export type KindName = keyof typeof kinds;

/** Kinds whose addresses follow from their row: the only one of its kind, or an entry of a list by its sort key. */
export type NamedKind = Exclude<KindName, "secret">;

/** What a manager declares of each kind, under its key. */
export interface DesiredResources {
  readonly initialSecret?: DesiredInitialSecret;
  /** Sorted by host. */
  readonly lowerManagers: readonly DesiredLowerManager[];
  /** Entries in declaration order, exact hosts and selectors alike. */
  readonly agents: readonly AgentDeclaration[];
  /** Sorted by ID. */
  readonly clients: readonly DesiredClient[];
}

/** The requests of each kind. */
export interface KindRequests {
  readonly "initial-secret": IssueInitialSecret;
  readonly "lower-manager": PutLowerManager | DeleteLowerManagers;
  readonly secret: ChangeAgentSecrets;
  readonly client: IssueClient | DeleteClients;
}

/** An entry in the list of a kind. */
export type Entry = DesiredLowerManager | AgentDeclaration | DesiredClient;

type Request = KindRequests[keyof KindRequests];

export const kindNames = Object.keys(kinds) as readonly KindName[];

/** The names of all kinds, in the order of `kinds`. */
export const allKinds: readonly KindNames[] = Object.values(kinds);
