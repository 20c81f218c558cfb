/** The places in which a state can be, and what it takes to look into each and to damage it. */
import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { PostgresServer } from "../rig/postgres-server";
import { legible, type Manner, StateServerStandIn } from "../state/state-server";

const GARBAGE = "garbage\nmore\n";
const GIT = { GIT_CONFIG_GLOBAL: "/dev/null", GIT_CONFIG_SYSTEM: "/dev/null", PATH: process.env.PATH };
const BRANCH = "jp1im-state";
/** Of the server, where there is one. */
export const SERVER_PASSWORD = "server-c4nary &+/?";

export interface StatePlace {
  /** As `--state` names it. */
  readonly state: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** A run under another key stops there. */
  readonly isShared: boolean;
  /** All that is there, and was there where the place has a history. */
  everything(): string | Promise<string>;
  damage(manager: string): unknown;
  /** Makes it as if nothing had ever been there. */
  clear(): unknown;
  close(): unknown;
}

export async function localFolder(folder: string): Promise<StatePlace> {
  const state = join(folder, "kept");
  return {
    ...{ state, env: {}, isShared: false },
    everything: () => textOf(state),
    damage: (manager) => writeFileSync(join(state, "managers", manager, "state.log"), GARBAGE),
    clear: () => rmSync(state, { recursive: true }),
    close: () => undefined,
  };
}

/** Every file below a folder, with its name. */
export function textOf(folder: string): string {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => `${name}\n${readFileSync(join(parentPath, name), "utf8")}`)
    .join("\n");
}

export async function gitBranch(folder: string): Promise<StatePlace> {
  const remote = join(folder, "remote.git");
  const git = (cwd: string, ...args: string[]) =>
    execFileSync("git", args, { cwd, env: { ...process.env, ...GIT }, encoding: "utf8", stdio: "pipe" });
  git(folder, "init", "--quiet", "--bare", remote);
  return {
    ...{ state: `git+file://${remote}#${BRANCH}`, env: GIT, isShared: true },
    everything: () => git(remote, "cat-file", "--batch-all-objects", "--batch"),
    damage: (manager) => {
      const clone = mkdtempSync(join(folder, "clone-"));
      git(clone, "clone", "--quiet", "--branch", BRANCH, remote, ".");
      const part = join(clone, "managers", manager);
      for (const name of readdirSync(part)) writeFileSync(join(part, name), GARBAGE);
      git(clone, "-c", "user.name=x", "-c", "user.email=x@y", "commit", "--quiet", "-am", "damage");
      git(clone, "push", "--quiet", "origin", BRANCH);
    },
    clear: () => git(remote, "update-ref", "-d", `refs/heads/${BRANCH}`),
    close: () => undefined,
  };
}

export function httpServer(manner: Manner) {
  return async (): Promise<StatePlace> => {
    const server = await StateServerStandIn.open(manner, "ops", SERVER_PASSWORD);
    return {
      state: server.address,
      env: { TF_HTTP_USERNAME: "ops", TF_HTTP_PASSWORD: SERVER_PASSWORD },
      isShared: true,
      everything: () => [...server.history.map(legible), JSON.stringify([...server.documents])].join("\n"),
      damage: (manager) => {
        const { jp1im, ...document } = JSON.parse(server.documents.get(manager)?.body ?? "{}");
        const log = gzipSync(GARBAGE).toString("base64");
        server.documents.set(manager, { body: JSON.stringify({ ...document, jp1im: { ...jp1im, log } }) });
      },
      clear: () => server.documents.clear(),
      close: () => server.close(),
    };
  };
}

/** A PostgreSQL server with a role that may make tables in a schema of its own. */
export async function databaseServer(): Promise<PostgresServer> {
  const server = await PostgresServer.start();
  await server.query(`create role ops login password '${SERVER_PASSWORD}'; create schema authorization ops`);
  return server;
}

/** The role `ops` has a schema of its own there. */
export function postgresDatabase(server: PostgresServer, name: string): StatePlace {
  const login = { ...process.env, ...server.env };
  const address = ["-h", "127.0.0.1", "-p", String(server.port), "postgres"];
  const tables = ["lineage", "lock", "log", "kept"].map((table) => `ops.jp1im_${table}`);
  return {
    state: `postgres://ops@127.0.0.1:${server.port}/postgres?state=${name}`,
    env: { PGPASSWORD: SERVER_PASSWORD },
    isShared: true,
    everything: () => {
      const dump = execFileSync("pg_dump", address, { env: login, encoding: "utf8" });
      return dump.replace(/\\\\x([0-9a-f]+)/g, (_, hex) => Buffer.from(hex, "hex").toString());
    },
    damage: (manager) =>
      server.query(
        `update ops.jp1im_log set lines = '${GARBAGE}' where state = '${name}' and manager = '${manager}'`,
      ),
    clear: () =>
      server.query(tables.map((table) => `delete from ${table} where state = '${name}'`).join("; ")),
    close: () => undefined,
  };
}
