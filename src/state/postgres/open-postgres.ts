import type { Diagnostic } from "../../model/diagnostic";
import { formatPostgresUrl, type PostgresAddress } from "../../model/postgres-address";
import type { Clock } from "../../platform/clock";
import type { FileSystem } from "../../platform/file-system";
import { RemoteStorage } from "../remote/remote-storage";
import type { Observer, Storage } from "../storage";
import { Database } from "./database";
import { passwordOf } from "./password";
import { PostgresBackend } from "./postgres-backend";
import { tlsOptions } from "./tls";

export interface PostgresConnectionOptions {
  /** Checks which runs have ended. */
  readonly observer?: Observer;
  readonly address: PostgresAddress;
  /** Reads the password's source, if the desired state names one. */
  readonly password?: (() => Promise<string>) | undefined;
  /** Absolute folder that paths of certificates start from. */
  readonly folder: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The machine's user, for the login if neither the URL nor PGUSER names one. */
  readonly user: string;
  readonly fileSystem: FileSystem;
  readonly clock: Clock;
  /** Once aborted, reads without a lock end at once, and other calls are repeated only for a few seconds. */
  readonly signal?: AbortSignal;
  /** Receives a warning during a wait for the server. */
  readonly onWait?: (warning: Diagnostic) => void;
}

/** The state with a name in a database. It sends nothing before the first use. Rejects with a `DiagnosticError`. */
export async function openPostgres(options: PostgresConnectionOptions): Promise<Storage> {
  const { address, clock, observer, signal } = options;
  const database = await connectPostgres(options);
  const location = formatPostgresUrl(address);
  return new RemoteStorage(
    new PostgresBackend({ database, location, state: address.state, clock }),
    observer,
    signal,
  );
}

/** The database itself. */
export async function connectPostgres(options: PostgresConnectionOptions): Promise<Database> {
  const { address, folder, env, fileSystem, clock, signal, password, onWait } = options;
  const { host, port, database, user = env.PGUSER || options.user } = address;
  const login = { host, port, database, user };
  const readTls = () => tlsOptions(address.tls, folder, fileSystem);
  return new Database({
    readTls,
    connection: {
      ...login,
      ssl: await readTls(),
      password: () => passwordOf(login, { source: password, env, fileSystem }),
    },
    clock,
    signal,
    onWait,
  });
}
