/** The address of a state in PostgreSQL: a database, and a name in it. It never holds a password. */
export interface PostgresAddress {
  /** A host, or the absolute folder of a Unix socket. */
  readonly host: string;
  readonly port: number;
  readonly database: string;
  /** Absent where the environment names one. */
  readonly user?: string | undefined;
  /** Several states share a database under different names. */
  readonly state: string;
  readonly tls: PostgresTls;
}

export interface PostgresTls {
  readonly mode: TlsMode;
  /** Paths of PEM files, as they are written. */
  readonly rootCert?: string | undefined;
  readonly cert?: string | undefined;
  readonly key?: string | undefined;
}

export type TlsMode = (typeof TLS_MODES)[number];

export interface AddressFault {
  /** The fault, as the end of a sentence; it quotes nothing that may be a credential. */
  readonly fault: string;
  readonly remedy: string;
}

const DEFAULT_STATE_NAME = "jp1im";
const STATE_NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/;

const TLS_MODES = ["disable", "require", "verify-ca", "verify-full"] as const;
const DEFAULT_PORT = 5432;
const PARAMETERS = ["host", "user", "state", "sslmode", "sslrootcert", "sslcert", "sslkey"];
const FORM = "write it as postgres://USER@HOST/DATABASE";

/** Whether a text is meant as a URL of PostgreSQL. */
export function isPostgresUrl(text: string): boolean {
  return /^postgres(ql)?:/i.test(text);
}

export function parsePostgresUrl(text: string): PostgresAddress | AddressFault {
  const url = isPostgresUrl(text) && URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined) return { fault: "is no URL of a PostgreSQL database", remedy: FORM };
  const query = new Map(url.searchParams);
  if (url.password !== "" || query.has("password")) return WITH_PASSWORD;
  const host = decoded(url.hostname).replace(/^\[(.*)\]$/, "$1") || query.get("host") || "";
  const database = decoded(url.pathname.slice(1));
  // The text after a slash or a hash may be the rest of an unencoded password.
  if (url.hash !== "" || !/^[^/@?#]+$/.test(database)) return { fault: "names no database", remedy: FORM };
  if (!/^(\/[^\s@]*|[\w.:-]+)$/.test(host)) return { fault: "names no single host", remedy: FORM };
  const tls = tlsIn(query, host);
  const fault = strayParameter(query) ?? ("fault" in tls ? tls : undefined);
  if (fault !== undefined || "fault" in tls) return fault as AddressFault;
  const state = query.get("state") ?? DEFAULT_STATE_NAME;
  if (!STATE_NAME.test(state))
    return { fault: "has a wrong `state`", remedy: "name it with letters, digits, `.`, `_` and `-`" };
  const user = decoded(url.username) || query.get("user");
  return { host, port: Number(url.port) || DEFAULT_PORT, database, user: user || undefined, state, tls };
}

/** Whether a URL names the state in its database. */
export function hasStateParameter(url: string): boolean {
  return URL.canParse(url) && new URL(url).searchParams.has("state");
}

/** The URL that `parsePostgresUrl` reads as this address. */
export function formatPostgresUrl({ host, port, database, user, state, tls }: PostgresAddress): string {
  const isSocket = host.startsWith("/");
  const place = isSocket ? "" : host.includes(":") ? `[${host}]` : host;
  const login = user === undefined || isSocket ? "" : `${encodeURIComponent(user)}@`;
  const parameters = {
    host: isSocket ? host : undefined,
    user: isSocket ? user : undefined,
    state: state === DEFAULT_STATE_NAME ? undefined : state,
    sslmode: tls.mode === defaultMode(host) ? undefined : tls.mode,
    sslrootcert: tls.rootCert,
    sslcert: tls.cert,
    sslkey: tls.key,
  };
  const query = Object.entries(parameters).flatMap(([key, value]) =>
    value === undefined ? [] : [`${key}=${plainly(value)}`],
  );
  const suffix = query.length === 0 ? "" : `?${query.join("&")}`;
  return `postgres://${login}${place}${port === DEFAULT_PORT ? "" : `:${port}`}/${plainly(database)}${suffix}`;
}

/** Whether an attacker on the network can read the data or the login. */
export function isExposed({ host, tls }: PostgresAddress): boolean {
  const isUnchecked = tls.mode === "disable" || (tls.mode === "require" && tls.rootCert === undefined);
  return isUnchecked && defaultMode(host) !== "disable";
}

const WITH_PASSWORD: AddressFault = {
  fault: "holds a password, which process lists, plans and logs would show",
  remedy: "leave it out: name its source in `state.postgres.password`, or set PGPASSWORD or PGPASSFILE",
};

function tlsIn(query: ReadonlyMap<string, string>, host: string): PostgresTls | AddressFault {
  const given = query.get("sslmode");
  const mode = given === undefined ? defaultMode(host) : TLS_MODES.find((each) => each === given);
  if (mode === undefined)
    return { fault: "has a wrong `sslmode`", remedy: `use one of: ${TLS_MODES.join(", ")}` };
  const [rootCert, cert, key] = ["sslrootcert", "sslcert", "sslkey"].map((name) => query.get(name));
  return { mode, rootCert: rootCert || undefined, cert: cert || undefined, key: key || undefined };
}

/** Connections within the machine need no TLS. */
function defaultMode(host: string): TlsMode {
  return /^(\/.*|localhost|127(\.\d+){3}|::1)$/.test(host) ? "disable" : "verify-full";
}

function strayParameter(query: ReadonlyMap<string, string>): AddressFault | undefined {
  const stray = [...query.keys()].find((name) => !PARAMETERS.includes(name));
  if (stray === undefined) return undefined;
  const name = /^[a-z_]{1,40}$/.test(stray) ? ` \`${stray}\`` : "";
  return { fault: `has an unknown parameter${name}`, remedy: `use only: ${PARAMETERS.join(", ")}` };
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return "";
  }
}

/** Encoded, with paths still readable. */
function plainly(text: string): string {
  return encodeURIComponent(text).replaceAll("%2F", "/");
}
