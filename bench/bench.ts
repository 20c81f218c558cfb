/**
 * `npm run bench`: what the tool takes, as ratios to the floor of the same run (see floor.ts), because the machine's speed is not ours.
 * The manager is a fast server in a process of its own.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { cpus, tmpdir, totalmem } from "node:os";
import { join } from "node:path";
import { Fleet } from "./fleet";
import { helpText, type Options, parseOptions } from "./options";
import type { Bench } from "./row";
import { rows } from "./rows";
import type { FleetSettings } from "./server/fast-manager";

const print = (line: string) => void process.stdout.write(`${line}\n`);

async function main(): Promise<void> {
  const options = parseOptions(process.argv.slice(2), rows);
  if (options.help) return print(helpText(rows));
  const folder = mkdtempSync(join(tmpdir(), "jp1im-bench-"));
  const machine = `${cpus().length} × ${cpus()[0]?.model}, ${Math.round(totalmem() / 2 ** 30)} GiB`;
  print(`Node ${process.version}, ${machine}; rounds in turns: ${options.rounds}\n`);
  try {
    for (const row of options.rows) {
      print(`${row.summary}: npm run bench -- --only ${row.name}\n`);
      await row.measure(benchIn(folder, options));
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function benchIn(folder: string, options: Options): Bench {
  const { agents, keys, rounds } = options;
  const withFleet = async <T>(
    more: Partial<FleetSettings>,
    use: (fleet: Fleet) => Promise<T>,
  ): Promise<T> => {
    const fleet = await Fleet.open(folder, { agents, keys, holding: "nothing", host: "immhost01", ...more });
    return use(fleet).finally(() => fleet.close());
  };
  return { agents, keys, rounds, folder, print, withFleet };
}

main().catch((error: Error) => {
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
});
