/**
 * What a state in PostgreSQL costs: `node build/bench/state-writes.js postgres://USER@HOST/DATABASE [AGENTS…]` prints a table of the
 * flushes and bytes of a first apply, of a plan, and of an apply that changes one key of each agent.
 */
import { fork } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Client } from "pg";
import { type Fleet, makeFleet } from "./fleet";
import { measureNode } from "./measure";

const CLI = join(__dirname, "..", "..", "dist", "cli", "bin.js");
const KEYS = 10;
const PORT = 29_803;

/** Of the whole database, in which nobody else may work. */
interface Counters {
  readonly flushes: number;
  readonly wal: number;
  readonly transactions: number;
}

async function main([url = "", ...sizes]: readonly string[]): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "jp1im-bench-state-"));
  const client = new Client({ connectionString: url });
  await client.connect();
  print("| agents | run | wall | flushes | transactions | WAL | log afterwards |");
  print("| --- | --- | --- | --- | --- | --- | --- |");
  try {
    for (const [number, agents] of (sizes.length > 0 ? sizes : ["1000", "10000"]).entries()) {
      const fleet = makeFleet(join(folder, agents), Number(agents), KEYS, PORT + number);
      await measureFleet(fleet, client, url);
    }
  } finally {
    await client.end();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function measureFleet(fleet: Fleet, client: Client, url: string): Promise<void> {
  const simulator = fork(join(__dirname, "simulator-process.js"), [fleet.world]);
  await once(simulator, "message");
  const state = `bench-${randomBytes(4).toString("hex")}`;
  const place = `${url}${url.includes("?") ? "&" : "?"}state=${state}`;
  const run = async (name: string, args: readonly string[], env: Record<string, string> = {}) => {
    const before = await countersOf(client);
    const all = { ...fleet.env, JP1IM_STATE: place, JP1IM_STATE_KEY: KEY, ...env };
    const { code, seconds, stderr } = await measureNode([CLI, ...args, "-f", fleet.desired], all);
    if (code !== 0) throw new Error(`jp1im ${args.join(" ")} ended with ${code}: ${stderr}`);
    const after = await countersOf(client);
    const step = (key: keyof Counters) => (after[key] - before[key]).toLocaleString("en");
    print(
      `| ${fleet.agents.toLocaleString("en")} | ${name} | ${seconds.toFixed(1)} s | ${step("flushes")} | ${step("transactions")} | ${kib(after.wal - before.wal)} | ${kib(await logBytes(client, state))} |`,
    );
  };
  try {
    await run("first apply, every key", ["apply", "--auto-approve", "--new-state"]);
    await run("plan", ["plan"]);
    const [changed = ""] = Object.keys(fleet.env).filter((name) => name !== "BENCH_PASSWORD");
    await run("apply, one key of each agent", ["apply", "--auto-approve"], { [changed]: "changed" });
  } finally {
    simulator.disconnect();
  }
}

const KEY = randomBytes(32).toString("base64");

async function countersOf(client: Client): Promise<Counters> {
  // The statistics of a connection are there when it has ended.
  await new Promise((resolve) => setTimeout(resolve, 1_500));
  const { rows } = await client.query<Record<keyof Counters, string>>(
    `select xact_commit as transactions, pg_wal_lsn_diff(pg_current_wal_insert_lsn(), '0/0') as wal,
       (select coalesce(sum(n_tup_ins), 0) from pg_stat_user_tables where relname = 'jp1im_log') as flushes
     from pg_stat_database where datname = current_database()`,
  );
  const { transactions, wal, flushes } = rows[0] ?? {};
  return { transactions: Number(transactions), wal: Number(wal), flushes: Number(flushes) };
}

async function logBytes(client: Client, state: string): Promise<number> {
  const { rows } = await client.query<{ readonly bytes: string }>(
    "select sum(length(lines)) as bytes from jp1im_log where state = $1",
    [state],
  );
  return Number(rows[0]?.bytes);
}

function kib(bytes: number): string {
  return `${Math.round(bytes / 1_024).toLocaleString("en")} KiB`;
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

main(process.argv.slice(2)).catch((error) => {
  process.stderr.write(`${error.stack}\n`);
  process.exitCode = 1;
});
