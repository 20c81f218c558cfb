/**
 * The desired state: what the YAML declares, decoded, merged and checked. Pure data; nothing here is ever modified.
 */
import type { ExternalReference, SecretReference } from "./desired-resources";
import type { SourcePosition } from "./diagnostic";
import type { DesiredResources } from "./kind-names";
import type { PostgresAddress } from "./postgres-address";

export type * from "./desired-resources";

export interface DesiredState {
  /** By name, sorted. */
  readonly managers: ReadonlyMap<string, DesiredManager>;
  readonly state?: StateSettings | undefined;
  readonly audit?: AuditSettings | undefined;
  /** The files that it was read from, in reading order. */
  readonly inputs: readonly InputFile[];
  /** Names of the environment variables that settings were taken from. */
  readonly variables?: ReadonlySet<string>;
}

export interface InputFile {
  /** Absolute path, or `<stdin>`. */
  readonly path: string;
  /** SHA-256 of the bytes, in hex. */
  readonly sha256: string;
}

/** Where every run that can write adds its lines to the audit trail. */
export type AuditSettings = (
  | { readonly to: "path"; readonly path: string }
  /** The options are those of an `exec` source. */
  | { readonly to: "command"; readonly program: ExternalReference }
  | { readonly to: "syslog"; readonly address: SyslogAddress; readonly facility: SyslogFacility }
) & { readonly position: SourcePosition };

export type SyslogAddress =
  | { readonly over: "udp" | "tcp"; readonly host: string; readonly port: number }
  | { readonly over: "unix"; readonly path: string };

/** Of RFC 5424, by their usual names. */
export type SyslogFacility =
  | "user"
  | "daemon"
  | "auth"
  | "authpriv"
  | "audit"
  | `local${0 | 1 | 2 | 3 | 4 | 5 | 6 | 7}`;

/**
 * Where the state is kept: in a local folder, by its absolute path, on a branch of a git repository, on a server, or
 * in a database.
 */
export type StateSettings =
  | { readonly at: "local"; readonly path: string }
  | ({ readonly at: "http" } & HttpStateSettings)
  | {
      readonly at: "git";
      /** A remote's name, or its URL; absent for `origin`. */
      readonly remote?: string | undefined;
      readonly branch: string;
      /** Absolute folder whose repository gives remotes, credentials and identity. */
      readonly folder: string;
    }
  | ({ readonly at: "postgres" } & PostgresStateSettings);

export interface PostgresStateSettings {
  readonly address: PostgresAddress;
  /** Absent if the environment has it. */
  readonly password?: SecretReference | undefined;
  /** Absolute folder that paths of certificates start at. */
  readonly folder: string;
}

/** A server of Terraform's HTTP state protocol; the names are those of Terraform's backend `http`. */
export interface HttpStateSettings {
  /** `{manager}` stands for the name of a manager, here and in the addresses below. */
  readonly address: string;
  readonly updateMethod?: string;
  readonly lockAddress?: string;
  readonly lockMethod?: string;
  readonly unlockAddress?: string;
  readonly unlockMethod?: string;
  readonly username?: string;
  readonly password?: SecretReference | undefined;
  /** A bearer token, instead of user and password. */
  readonly token?: SecretReference;
  readonly tls?: Tls;
  /** As that of a manager. */
  readonly proxy?: string;
  /** Where it is declared; absent where `--state` gives it. */
  readonly position?: SourcePosition;
}

export interface DesiredManager extends DesiredResources {
  readonly name: string;
  /** `http(s)://host:port`, without a trailing slash. */
  readonly url: string;
  /** The manager's own host name: the default `managerHost` of its agents. */
  readonly host: string;
  readonly auth: Auth;
  /** Where the secret of `auth` is declared. */
  readonly authPosition?: SourcePosition | undefined;
  readonly tls?: Tls | undefined;
  /** `none`, or the URL of an HTTP proxy; if absent, the environment decides. */
  readonly proxy?: string | undefined;
  /** The network zone from which it can be reached: `watch --zone` reconciles only managers of its zones. */
  readonly zone?: string | undefined;
  readonly policy: Policy;
  readonly position: SourcePosition;
}

/** The three ways to authenticate (manual 5.2.8). */
export type Auth =
  | { readonly method: "user"; readonly user: string; readonly password: SecretReference }
  | { readonly method: "session"; readonly user: string; readonly password: SecretReference }
  | { readonly method: "initial-secret"; readonly secret: SecretReference };

export interface Tls {
  /** Absolute paths of PEM files. */
  readonly ca?: string | undefined;
  readonly cert?: string | undefined;
  readonly key?: string | undefined;
  /** Accept any certificate. */
  readonly insecure?: boolean | undefined;
}

/** What the tool may do on one manager beyond creating what is missing. */
export interface Policy {
  /** `owned`: delete what the state owns and nothing declares; `all`: everything undeclared; `none`: nothing. */
  readonly prune: "owned" | "none" | "all";
  /** What to do with a declared value if the last written one is unknown. */
  readonly unverified: "write" | "keep";
  /**
   * Wildcard patterns for what is never deleted and never reissued. A pattern with a slash matches addresses; any
   * other matches client IDs, lower-manager hosts and secret keys.
   */
  readonly protect: readonly string[];
  /** Times without changes on the manager. */
  readonly freeze: readonly FreezeWindow[];
  readonly maxDeletes: Budget;
  readonly maxRotations: Budget;
  /** Whether secrets that are due for rotation are reissued; otherwise they are only reported. */
  readonly rotateDue: boolean;
}

/** From `from` up to, and not including, `to`. */
export type FreezeWindow = (FixedWindow | WeeklyWindow) & {
  /** The window as it was written, for messages. */
  readonly shown: string;
  readonly reason?: string | undefined;
  readonly position: SourcePosition;
};

export interface FixedWindow {
  readonly recurs: "never";
  /** Milliseconds since the epoch. */
  readonly from: number;
  readonly to: number;
}

export interface WeeklyWindow {
  readonly recurs: "weekly";
  /** Days on which it begins; 0 is Sunday. */
  readonly days: readonly number[];
  /** Minute of the day in the time zone. A window that ends before it begins ends on the next day. */
  readonly from: number;
  /** Up to 1440. */
  readonly to: number;
  /** An IANA name. */
  readonly timeZone: string;
}

/** A limit as a count, or as a share of what is managed on the manager. */
export type Budget = { readonly count: number } | { readonly percent: number };

export const defaultPolicy: Policy = {
  prune: "owned",
  unverified: "write",
  protect: [],
  freeze: [],
  maxDeletes: { percent: 30 },
  maxRotations: { percent: 30 },
  rotateDue: false,
};
