/** The simulator in a process of its own, so that it does not share a thread with what is measured. */
import { startSimulatorFromFile } from "../src/simulator/simulator";

async function main(): Promise<void> {
  const simulator = await startSimulatorFromFile(process.argv[2] ?? "", {
    controlPort: false,
    record: { requests: 1 },
  });
  process.on("message", () => process.send?.(simulator.requests().at(-1)?.number ?? 0));
  process.on("disconnect", () => void simulator.close());
  process.send?.("ready");
}

void main();
