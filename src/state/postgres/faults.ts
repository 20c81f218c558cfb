import { type Diagnostic, DiagnosticError, failure } from "../../model/diagnostic";

export type Meaning = readonly [Diagnostic["code"], remedy: string];

/** The remedy for a table that was dropped or lacks a column. A new schema gets new tables. */
const RESTORE =
  "restore the tables from a backup of the database; or give the role an empty schema in its search_path, and put a copy of the state there: `jp1im state push BACKUP`";

/** The meaning of a SQLSTATE or of a Node error code for the state, and its remedy. */
const KNOWN: Readonly<Record<string, Meaning>> = {
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
  "55P03": [
    "state-unreachable",
    "raise the role's lock_timeout, and look in pg_stat_activity for a session that locks the state's tables",
  ],
  "42501": ["state-unwritable", "give the role the rights that the three roles of docs/state.md have"],
  "3F000": [
    "state-unwritable",
    "give the role a schema: CREATE SCHEMA AUTHORIZATION ROLE; or, where its search_path names the schema of another role: GRANT USAGE ON SCHEMA SCHEMA_NAME TO ROLE",
  ],
  "42P01": ["state-corrupted", RESTORE],
  "42703": ["state-corrupted", RESTORE],
  "25006": [
    "state-unwritable",
    "name the primary server in the URL, where this one is a replica (SELECT pg_is_in_recovery()); else let the role write: default_transaction_read_only is on for it, its database or the server, as of one whose disk is full",
  ],
  "53100": ["state-unwritable", "make room on the server's disk, then run the command again"],
  "53200": ["state-unwritable", "give the server more memory, then run the command again"],
  ENOTFOUND: ["state-unreachable", "correct the host in the URL"],
};

const CERTIFICATE =
  "name the certificate of the server's authority: sslrootcert=FILE in the URL, and a host that the server's certificate names";
const NO_TLS =
  "switch TLS on at the server; sslmode=disable in the URL does without, for a network that you trust";
const UNREACHABLE = "check that the server runs, and that this machine may connect to it";

/** Temporary faults: a restart, a failover, a broken connection, too many connections. */
export function isPassing(error: unknown): boolean {
  if (error instanceof DiagnosticError) return false;
  const { code, message } = partsOf(error);
  if (/^(0800[0136]|57P0[1-4]|57014|55P03|40001|40P01|EPIPE|ECONNRESET)$/.test(code)) return true;
  return isBusy(error) || isOutOfReach(error) || (code === "" && /terminated|timeout/i.test(message));
}

/** The server exists, but accepts no connection now. */
export function isBusy(error: unknown): boolean {
  return /^(53300|57P03)$/.test(partsOf(error).code);
}

/** No connection could be opened. */
export function isOutOfReach(error: unknown): boolean {
  return /^(ECONNREFUSED|ETIMEDOUT|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|ENOTFOUND|ENOENT)$/.test(
    partsOf(error).code,
  );
}

function partsOf(error: unknown): { readonly code: string; readonly message: string } {
  const { code, message } = error as { readonly code?: unknown; readonly message?: unknown };
  return { code: typeof code === "string" ? code : "", message: typeof message === "string" ? message : "" };
}

/** The server's message about a statement that it refused because of a missing right. */
export function refusalIn(error: unknown): string | undefined {
  const { code, message } = partsOf(error);
  return code === "42501" ? message : undefined;
}

/**
 * The diagnostic of a failed call. It shows `host`; messages of a server contain no credentials. `meaning` is present
 * if the server gave details.
 */
export function failed(error: unknown, host: string, meaning?: Meaning): DiagnosticError {
  if (error instanceof DiagnosticError) return error;
  const { code, message } = partsOf(error);
  const [diagnosed, remedy] = meaning ?? byWords(code, message) ?? KNOWN[code] ?? byMessage(code, message);
  return failure({ code: diagnosed, summary: summaryOf(error, host), remedy }, { cause: error });
}

/** How long to repeat a call that failed with this error. */
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

export function tooOld(version: number, host: string): DiagnosticError {
  return failure({
    code: "state-unreachable",
    summary: `the PostgreSQL server ${host} that keeps the state has version ${Math.floor(version / 10_000)}`,
    remedy: "upgrade it: version 12 is the oldest that can keep a state",
  });
}

/** One SQLSTATE has several causes. The words are those of an English server. */
function byWords(code: string, message: string): Meaning | undefined {
  if (code !== "28000") return undefined;
  if (/is not permitted to log in$/.test(message))
    return [
      "state-unreachable",
      "let the role log in: ALTER ROLE NAME LOGIN; or name another user in the URL",
    ];
  if (!/^role .* does not exist$/.test(message)) return undefined;
  return [
    "state-unreachable",
    "correct the user in the URL, or make the role as docs/state.md says: CREATE ROLE NAME LOGIN PASSWORD '…'",
  ];
}

function byMessage(code: string, message: string): Meaning {
  if (/CERT|SIGNATURE|ALTNAME/.test(code)) return ["state-unreachable", CERTIFICATE];
  if (/support SSL|SSL connection/.test(message)) return ["state-unreachable", NO_TLS];
  // Other refusals by a working server, such as a lack of resources.
  if (/^(5[345]|XX)...$/.test(code))
    return ["state-unwritable", "ask the administrator of the server, then run again"];
  return ["state-unreachable", UNREACHABLE];
}
