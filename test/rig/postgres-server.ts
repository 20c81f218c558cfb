/** A PostgreSQL server of one's own: its data in a temporary folder, on a free port of 127.0.0.1. */
import { type ChildProcess, execFile, spawn, spawnSync } from "node:child_process";
import { chmodSync, chownSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import { Client } from "pg";

const PASSWORD = "postgres-password-4711";
/** PostgreSQL refuses to run as root. */
const NOBODY = 65_534;
const LONGEST_START_MS = 30_000;
const isRoot = process.getuid?.() === 0;
const identity = isRoot ? { uid: NOBODY, gid: NOBODY } : {};
/** Debian keeps the server's programs out of PATH. */
const PATH = [process.env.PATH, "/usr/lib/postgresql/15/bin"].join(delimiter);
const env = { PATH, LC_ALL: "C" };
const run = promisify(execFile);
const isInstalled = spawnSync("initdb", ["--version"], { env }).status === 0;

/** `describe`, but skipped where PostgreSQL is not installed; `.ci/run` takes what is skipped for an error. */
export const describeWithPostgres = isInstalled ? describe : describe.skip;
if (!isInstalled) console.warn("PostgreSQL (initdb, postgres) is not installed: its tests do NOT run");

export class PostgresServer {
  /** What a client needs in its environment. */
  readonly env = { PGUSER: "postgres", PGPASSWORD: PASSWORD };
  readonly port: number;
  readonly folder: string;
  readonly #settings: readonly string[];
  #process: ChildProcess | undefined;

  private constructor(folder: string, port: number, settings: readonly string[]) {
    this.folder = folder;
    this.port = port;
    this.#settings = settings;
  }

  /**
   * Settings are those of postgresql.conf: `max_connections=20`. Files are put into the server's folder, which is above that
   * of its data.
   */
  static async start(
    settings: readonly string[] = [],
    files: Readonly<Record<string, Buffer>> = {},
  ): Promise<PostgresServer> {
    const folder = mkdtempSync(join(tmpdir(), "postgres-"));
    // The server's user has to get there.
    if (isRoot) chmodSync(tmpdir(), 0o711);
    if (isRoot) chownSync(folder, NOBODY, NOBODY);
    for (const [name, content] of Object.entries({ ...files, password: Buffer.from(PASSWORD) })) {
      writeFileSync(join(folder, name), content, { mode: 0o600 });
      if (isRoot) chownSync(join(folder, name), NOBODY, NOBODY);
    }
    const login = ["--username=postgres", "--auth=scram-sha-256", `--pwfile=${join(folder, "password")}`];
    const data = ["-D", join(folder, "data"), "--no-sync", "--encoding=UTF8"];
    await run("initdb", [...data, ...login], { env, ...identity, cwd: folder });
    const server = new PostgresServer(folder, await freePort(), settings);
    await server.startAgain();
    return server;
  }

  /** Resolves when the server takes connections. */
  async startAgain(): Promise<void> {
    const settings = [
      "listen_addresses=127.0.0.1",
      `unix_socket_directories=${this.folder}`,
      ...this.#settings,
    ];
    const options = settings.flatMap((setting) => ["-c", setting]);
    const server = spawn("postgres", ["-D", join(this.folder, "data"), "-p", String(this.port), ...options], {
      env,
      ...identity,
      cwd: this.folder,
      stdio: ["ignore", "ignore", "pipe"],
    });
    this.#process = server;
    process.once("exit", () => server.kill("SIGQUIT"));
    let log = "";
    server.stderr.on("data", (part) => {
      log += part;
    });
    for (const began = Date.now(); ; await sleep(50)) {
      if (await this.query("select 1").catch(() => undefined)) return;
      if (server.exitCode !== null || Date.now() - began > LONGEST_START_MS)
        throw new Error(`PostgreSQL did not start: ${log}`);
    }
  }

  /** `immediate`: as if the machine had lost its power. */
  async stop(mode: "fast" | "immediate" = "fast"): Promise<void> {
    const server = this.#process;
    this.#process = undefined;
    if (server === undefined || server.exitCode !== null) return;
    const ended = new Promise((resolve) => server.once("exit", resolve));
    server.kill(mode === "fast" ? "SIGINT" : "SIGQUIT");
    await ended;
  }

  /** Stops the server and removes its data. */
  async remove(): Promise<void> {
    await this.stop("immediate");
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** Without a password, which is in `env`. */
  url(database = "postgres"): string {
    return `postgres://postgres@127.0.0.1:${this.port}/${database}`;
  }

  /** As the superuser. */
  async query<R extends object>(sql: string, database = "postgres"): Promise<R[]> {
    const login = { host: "127.0.0.1", port: this.port, user: "postgres", password: PASSWORD, database };
    const client = new Client(login);
    // The server may be stopped in the middle.
    client.on("error", () => undefined);
    await client.connect();
    try {
      return (await client.query<R>(sql)).rows;
    } finally {
      await client.end();
    }
  }
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => (typeof address === "object" && address ? resolve(address.port) : reject(address)));
    });
  });
}
