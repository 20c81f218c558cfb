import { type Diagnostic, DiagnosticError, failure } from "../../model/diagnostic";

/** What a SQLSTATE, or the code of an error of Node, means for the state, and the way out. */
const KNOWN: Readonly<Record<string, readonly [Diagnostic["code"], remedy: string]>> = {
  "28P01": [
    "state-unreachable",
    "check the user, and where the password comes from: `state.postgres.password`, PGPASSWORD or PGPASSFILE",
  ],
  "28000": [
    "state-unreachable",
    "let the user in from this machine in the server's pg_hba.conf; a server that wants encryption needs sslmode=verify-full in the URL",
  ],
  "3D000": ["state-unreachable", "correct the database's name in the URL, or make it: CREATE DATABASE NAME"],
  "53300": ["state-unreachable", "run fewer at the same time, or raise max_connections or the role's limit"],
  "57014": [
    "state-unreachable",
    "raise the role's statement_timeout, and look in pg_stat_activity for a session that locks the state's tables",
  ],
  "42501": [
    "state-unwritable",
    "give the role a schema of its own, where it may make its tables: CREATE SCHEMA AUTHORIZATION ROLE",
  ],
  "3F000": ["state-unwritable", "give the role a schema: CREATE SCHEMA AUTHORIZATION ROLE"],
  "25006": ["state-unwritable", "name the primary server in the URL: this one is a read-only replica"],
  "53100": ["state-unwritable", "make room on the server's disk, then run the command again"],
  "53200": ["state-unwritable", "give the server more memory, then run the command again"],
  ENOTFOUND: ["state-unreachable", "correct the host in the URL"],
};

const CERTIFICATE =
  "name the certificate of the server's authority: sslrootcert=FILE in the URL, and a host that the server's certificate names";
const NO_TLS =
  "switch TLS on at the server; sslmode=disable in the URL does without, for a network that you trust";
const UNREACHABLE = "check that the server runs, and that this machine may connect to it";

/** Goes away by itself: a restart, a failover, a cut connection, a moment with too many connections. */
export function isPassing(error: unknown): boolean {
  if (error instanceof DiagnosticError) return false;
  const { code, message } = partsOf(error);
  if (/^(0800[0136]|57P0[1-4]|57014|40001|40P01|EPIPE|ECONNRESET)$/.test(code)) return true;
  return isBusy(error) || isOutOfReach(error) || (code === "" && /terminated|timeout/i.test(message));
}

/** The server is there, and takes no connection just now. */
export function isBusy(error: unknown): boolean {
  return /^(53300|57P03)$/.test(partsOf(error).code);
}

/** No connection was made. */
export function isOutOfReach(error: unknown): boolean {
  return /^(ECONNREFUSED|ETIMEDOUT|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|ENOTFOUND|ENOENT)$/.test(
    partsOf(error).code,
  );
}

function partsOf(error: unknown): { readonly code: string; readonly message: string } {
  const { code, message } = error as { readonly code?: unknown; readonly message?: unknown };
  return { code: typeof code === "string" ? code : "", message: typeof message === "string" ? message : "" };
}

/** What a call failed with, as a diagnostic. `host` is shown; messages of a server hold no credentials. */
export function failed(error: unknown, host: string): DiagnosticError {
  if (error instanceof DiagnosticError) return error;
  const { code, message } = partsOf(error);
  const [diagnosed, remedy] = ofRights(code, message) ?? KNOWN[code] ?? byMessage(code, message);
  return failure({ code: diagnosed, summary: summaryOf(error, host), remedy }, { cause: error });
}

/** A call that failed so is repeated for that long. */
export function waitingFor(error: unknown, host: string, patienceMs: number): Diagnostic {
  return {
    code: "state-unreachable",
    severity: "warning",
    summary: `${summaryOf(error, host)}: waiting up to ${patienceMs / 1_000} s for it`,
  };
}

function summaryOf(error: unknown, host: string): string {
  const { code, message } = partsOf(error);
  return `the PostgreSQL server ${host} that keeps the state: ${(message === "" ? code : message).split("\n")[0]}`;
}

/** A role may use the schema, and not the tables that another one made in it. */
function ofRights(code: string, message: string): readonly [Diagnostic["code"], string] | undefined {
  if (code !== "42501" || !/ for (table|relation|sequence) jp1im_/.test(message)) return undefined;
  return [
    "state-unwritable",
    "give the role the tables: GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA SCHEMA_NAME TO ROLE; or a schema of its own: CREATE SCHEMA AUTHORIZATION ROLE",
  ];
}

export function tooOld(version: number, host: string): DiagnosticError {
  return failure({
    code: "state-unreachable",
    summary: `the PostgreSQL server ${host} that keeps the state has version ${Math.floor(version / 10_000)}`,
    remedy: "upgrade it: version 12 is the oldest that can keep a state",
  });
}

function byMessage(code: string, message: string): readonly [Diagnostic["code"], string] {
  if (/CERT|SIGNATURE|ALTNAME/.test(code)) return ["state-unreachable", CERTIFICATE];
  if (/support SSL|SSL connection/.test(message)) return ["state-unreachable", NO_TLS];
  // What the server refuses while it could be asked, such as a full disk's relatives.
  if (/^(5[345]|XX)...$/.test(code))
    return ["state-unwritable", "ask whoever runs the server, then run again"];
  return ["state-unreachable", UNREACHABLE];
}
