import { isDeepStrictEqual } from "node:util";
import { Client, type ClientBase, Pool, type PoolConfig, type QueryResultRow } from "pg";
import { requireNotCancelled, unlessCancelled } from "../../model/cancelled";
import type { Diagnostic } from "../../model/diagnostic";
import type { Clock } from "../../platform/clock";
import {
  failed,
  isBusy,
  isOutOfReach,
  isPassing,
  type Meaning,
  refusalIn,
  tooOld,
  waitingFor,
} from "./faults";
import { type Lacking, lackingRights, remedyOfRights } from "./rights";

/** How long to repeat a call. A restart or a failover takes less. */
const LONGEST_MS = 60_000;
/** The same after the run was cancelled, and before a PostgreSQL server has answered. */
const SHORT_PATIENCE_MS = 5_000;
const SHORTEST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 2_000;
/** A shorter wait is not reported. */
const SILENT_MS = 2_000;
const OLDEST_VERSION = 120_000;
/** More connections would only wait for the server's disk. */
const MOST_CONNECTIONS = 4;

export interface DatabaseOptions {
  readonly connection: PoolConfig & { readonly host: string };
  /** Reads the files of `connection.ssl` again. */
  readonly readTls: () => Promise<PoolConfig["ssl"]>;
  readonly clock: Clock;
  readonly signal?: AbortSignal | undefined;
  /** Receives a warning during a wait for the server. */
  readonly onWait?: ((warning: Diagnostic) => void) | undefined;
}

/**
 * One database. It opens connections when it needs them and closes them soon after, so that none keeps the process
 * alive. It repeats a call whose answer is lost on a new connection, so a repeated statement must have no effect.
 */
export class Database {
  readonly #options: DatabaseOptions;
  #pool: Pool;
  #tls: PoolConfig["ssl"];
  #server: "unseen" | "reached" | "gone" = "unseen";
  #isWaitReported = false;

  constructor(options: DatabaseOptions) {
    this.#options = options;
    this.#tls = options.connection.ssl;
    this.#pool = this.#openPool();
  }

  /** Runs one statement, or several without values, in one transaction. Rejects with a `DiagnosticError`. */
  async run<R extends QueryResultRow>(sql: string, values?: readonly unknown[]): Promise<readonly R[]> {
    const { clock, signal, connection } = this.#options;
    const began = clock.elapsed();
    for (let tries = 0; ; tries++) {
      const pool = this.#pool;
      try {
        return (await this.#query(() => pool.query<R>(sql, values && [...values]))).rows;
      } catch (error) {
        await this.#renewTls();
        if (pool !== this.#pool) continue;
        if (clock.elapsed() - began >= this.#patience(error)) {
          // The remaining calls, such as the release of locks, need not wait for it again.
          if (isPassing(error)) this.#server = "gone";
          throw failed(error, connection.host, await this.#meaningOf(error, sql));
        }
        this.#reportWait(error, began);
        const pause = Math.min(LONGEST_PAUSE_MS, SHORTEST_PAUSE_MS * 2 ** tries);
        await clock.sleep(pause, signal?.aborted ? undefined : signal);
      }
    }
  }

  /** Until the server has answered, no statement is sent that might be carried out after the run was cancelled. */
  #query<T>(work: () => Promise<T>): Promise<T> {
    return this.#server === "unseen" ? unlessCancelled(this.#options.signal, work) : work();
  }

  #openPool(): Pool {
    const onConnect = (client: ClientBase) => this.#begin(client);
    const pool = new Pool({
      ...{ max: MOST_CONNECTIONS, idleTimeoutMillis: 5_000, allowExitOnIdle: true },
      ...{ connectionTimeoutMillis: 15_000, query_timeout: 60_000, keepAlive: true },
      ...{ application_name: "jp1im", onConnect, Client: ClosingClient },
      ...{ ...this.#options.connection, ssl: this.#tls },
    });
    // The pool replaces a broken idle connection when it needs one.
    pool.on("error", () => undefined);
    return pool;
  }

  /**
   * Reads certificates again, because they may change while a process runs. Connections of the former pool end once
   * they are idle.
   */
  async #renewTls(): Promise<void> {
    const tls = await this.#options.readTls().catch(() => this.#tls);
    if (isDeepStrictEqual(tls, this.#tls)) return;
    this.#tls = tls;
    this.#pool = this.#openPool();
  }

  /** Asks the server which rights are missing. */
  async #meaningOf(error: unknown, sql: string): Promise<Meaning | undefined> {
    const message = refusalIn(error);
    if (message === undefined) return undefined;
    const statement = { sql, message };
    const asked = await this.#pool.query<Lacking>(...lackingRights(statement)).catch(() => undefined);
    const [lacking] = asked?.rows ?? [];
    return lacking && remedyOfRights(statement, lacking);
  }

  /** How long to repeat a call that failed with this error. */
  #patience(error: unknown): number {
    if (!isPassing(error) || this.#server === "gone") return 0;
    if (this.#options.signal?.aborted) return SHORT_PATIENCE_MS;
    if (this.#server === "reached" || isBusy(error)) return LONGEST_MS;
    return isOutOfReach(error) ? 0 : SHORT_PATIENCE_MS;
  }

  /** Reports once for all calls that wait at the same time. */
  #reportWait(error: unknown, began: number): void {
    const { clock, connection, onWait } = this.#options;
    if (this.#isWaitReported || clock.elapsed() - began < SILENT_MS) return;
    this.#isWaitReported = true;
    onWait?.(waitingFor(error, connection.host, this.#patience(error)));
  }

  async #begin(client: ClientBase): Promise<void> {
    if (this.#server === "unseen") requireNotCancelled(this.#options.signal);
    // A flush must survive a crash, whatever the role's settings are.
    await client.query("set synchronous_commit = on");
    const { rows } = await client.query<{ server_version_num: string }>("show server_version_num");
    const version = Number(rows[0]?.server_version_num);
    if (version < OLDEST_VERSION) throw tooOld(version, this.#options.connection.host);
    this.#server = "reached";
    this.#isWaitReported = false;
  }
}

type Connected = (error: Error | null, client?: ClientBase) => void;

/** Closes its connection if the login fails. Otherwise the server, and so the process, would wait for a minute. */
class ClosingClient extends Client {
  override connect(): Promise<Client>;
  override connect(callback: Connected): void;
  override connect(callback?: Connected): Promise<Client> | undefined {
    if (callback === undefined) return super.connect();
    super.connect((error: Error | null) => {
      if (error !== null) this.end().catch(() => undefined);
      callback(error, this);
    });
    return undefined;
  }
}
