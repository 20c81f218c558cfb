import { homedir } from "node:os";
import { join } from "node:path";
import { type DiagnosticError, failure } from "../../model/diagnostic";
import { shellCommand } from "../../model/shell-command";
import type { FileSystem } from "../../platform/file-system";

const OPEN_TO_OTHERS = 0o077;

export interface PasswordOptions {
  /** Reads the password's source, if the desired state names one. */
  readonly source?: (() => Promise<string>) | undefined;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly fileSystem: FileSystem;
}

export interface Login {
  readonly host: string;
  readonly port: number;
  readonly database: string;
  readonly user: string;
}

/**
 * The password of a login, read when the server asks for it: from its source, or as `psql` does from PGPASSWORD or
 * from the file in PGPASSFILE (`~/.pgpass` by default). Rejects with a `DiagnosticError`.
 */
export async function passwordOf(
  login: Login,
  { source, env, fileSystem }: PasswordOptions,
): Promise<string> {
  if (source !== undefined) return source();
  if (env.PGPASSWORD) return env.PGPASSWORD;
  const path = env.PGPASSFILE || join(homedir(), ".pgpass");
  const file = await fileSystem.readFile(path).catch(() => undefined);
  const password = file && passwordIn(file.toString("utf8"), login);
  if (password === undefined) throw noPassword(login);
  const { mode } = await fileSystem.stat(path);
  if (fileSystem.uid !== undefined && (mode & OPEN_TO_OTHERS) !== 0) throw openToOthers(path);
  return password;
}

/**
 * The password in the first matching line: `host:port:database:user:password`. `*` matches anything, and `\` escapes.
 */
function passwordIn(text: string, { host, port, database, user }: Login): string | undefined {
  // Such a file names a socket's folder `localhost`.
  const wanted = [host.startsWith("/") ? "localhost" : host, String(port), database, user];
  for (const line of text.split(/\r?\n/)) {
    const fields = [...line.matchAll(/((?:\\.|[^:\\])*)(?::|$)/g)].map(([, field = ""]) =>
      field.replace(/\\(.)/g, "$1"),
    );
    const isFit = wanted.every((each, index) => fields[index] === "*" || fields[index] === each);
    const password = fields[wanted.length];
    if (!line.startsWith("#") && password && isFit) return password;
  }
  return undefined;
}

function openToOthers(path: string): DiagnosticError {
  return failure({
    code: "state-unreachable",
    summary: `the password file ${path} is readable by others, so it is ignored`,
    remedy: shellCommand("chmod", "600", path),
  });
}

function noPassword({ host, user }: Login): DiagnosticError {
  return failure({
    code: "state-unreachable",
    summary: `the PostgreSQL server ${host} that keeps the state asks for a password of ${user}, and none is given`,
    remedy: "name its source in `state.postgres.password`, or set PGPASSWORD or PGPASSFILE",
  });
}
