/** `node state-load.js FOLDER`: loads a state as a plan does, and prints how long it took. */
import { nodeFileSystem } from "../src/platform/file-system";
import { LocalStorage } from "../src/state/local/local-storage";
import { OpenLogs } from "../src/state/open-logs";
import { readState } from "../src/state/read-state";

async function main(folder: string): Promise<void> {
  const [start, usage] = [process.hrtime.bigint(), process.cpuUsage()];
  const storage = new LocalStorage({ folder, fileSystem: nodeFileSystem });
  const view = await readState({
    ...{ storage, logs: new OpenLogs(storage) },
    report: ({ summary }) => process.stderr.write(`${summary}\n`),
  });
  const seconds = Number(process.hrtime.bigint() - start) / 1e9;
  const { user, system } = process.cpuUsage(usage);
  let fingerprints = 0;
  for (const { address } of view.records()) fingerprints += view.fingerprints(address).size;
  process.stdout.write(JSON.stringify({ fingerprints, seconds, cpuSeconds: (user + system) / 1e6 }));
}

void main(process.argv[2] ?? "");
