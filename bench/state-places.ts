import { execFileSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { Client } from "pg";
import { StateServerStandIn } from "../test/state/state-server";

/** Since the place was made. */
export interface Written {
  /** How often something was made durable; absent for a folder, which nobody counts. */
  readonly flushes?: number;
  readonly bytes: number;
}

/** A place for one state that counts what is written to it. */
export interface CountingPlace {
  readonly name: string;
  /** As in `--state`. */
  readonly state: string;
  readonly env: Readonly<Record<string, string>>;
  written(): Promise<Written>;
  close(): Promise<void>;
}

/** The place that `argument` names, new and empty: `folder`, `git`, `http` or `postgres://…`. */
export async function openPlace(argument: string, folder: string): Promise<CountingPlace> {
  switch (argument) {
    case "folder":
      return folderPlace(join(folder, "state"));
    case "git":
      return gitPlace(join(folder, "state.git"));
    case "http":
      return httpPlace();
  }
  if (argument.startsWith("postgres://")) return postgresPlace(argument);
  throw new Error(`${argument} is neither folder, git, http nor postgres://USER@HOST/DATABASE`);
}

function folderPlace(path: string): CountingPlace {
  return {
    ...{ name: "folder", state: path, env: {} },
    written: async () => ({ bytes: existsSync(path) ? bytesBelow(path) : 0 }),
    close: async () => {},
  };
}

function bytesBelow(folder: string): number {
  const sizes = readdirSync(folder, { withFileTypes: true }).map((entry) => {
    const path = join(folder, entry.name);
    return entry.isDirectory() ? bytesBelow(path) : statSync(path).size;
  });
  return sizes.reduce((sum, size) => sum + size, 0);
}

function gitPlace(path: string): CountingPlace {
  mkdirSync(path);
  const git = (...args: string[]) => execFileSync("git", args, { cwd: path, encoding: "utf8" });
  git("init", "--quiet", "--bare");
  return {
    ...{ name: "git", state: `git+${pathToFileURL(path)}#jp1im-state`, env: {} },
    // A commit is a flush.
    written: async () => ({
      flushes: Number(git("rev-list", "--count", "--branches")),
      bytes: bytesBelow(join(path, "objects")),
    }),
    close: async () => {},
  };
}

/** In GitLab's manner, in this process. */
async function httpPlace(): Promise<CountingPlace> {
  const server = await StateServerStandIn.open("gitlab", "bench", "bench-password");
  const posts = () => server.asked.filter(({ method, url }) => method === "POST" && !url.includes("/lock"));
  return {
    ...{ name: "http", state: server.address },
    env: { TF_HTTP_USERNAME: "bench", TF_HTTP_PASSWORD: "bench-password" },
    written: async () => ({
      flushes: posts().length,
      bytes: posts().reduce((sum, { bytes }) => sum + bytes, 0),
    }),
    close: () => server.close(),
  };
}

/** Counts for the whole database, in which nobody else may work. */
async function postgresPlace(url: string): Promise<CountingPlace> {
  const client = new Client({ connectionString: url });
  await client.connect();
  const count = async () => {
    // The statistics of a connection are there when it has ended.
    await new Promise((resolve) => setTimeout(resolve, 1_500));
    const { rows } = await client.query<{ readonly flushes: string; readonly bytes: string }>(
      `select pg_wal_lsn_diff(pg_current_wal_insert_lsn(), '0/0') as bytes,
         (select coalesce(sum(n_tup_ins), 0) from pg_stat_user_tables where relname = 'jp1im_log') as flushes`,
    );
    return { flushes: Number(rows[0]?.flushes), bytes: Number(rows[0]?.bytes) };
  };
  const before = await count();
  return {
    ...{ name: "PostgreSQL", env: {} },
    state: `${url}${url.includes("?") ? "&" : "?"}state=bench-${randomBytes(4).toString("hex")}`,
    written: async () => {
      const now = await count();
      return { flushes: now.flushes - before.flushes, bytes: now.bytes - before.bytes };
    },
    close: () => client.end(),
  };
}
