/** A run in a process of its own: `holder.ts FOLDER ID TIMEOUT_MS`. Takes the lock, says so, and goes on when its input ends. */

import { clientAddress } from "../../src/model/address";
import { DiagnosticError } from "../../src/model/diagnostic";
import { systemClock } from "../../src/platform/clock";
import { nodeFileSystem } from "../../src/platform/file-system";
import { systemRandom } from "../../src/platform/random";
import { LocalStorage } from "../../src/state/local/local-storage";
import { openState } from "../../src/state/open-state";

async function main([folder = "", id = "", timeout = "0"]: readonly string[]): Promise<void> {
  const state = await openState({
    storage: new LocalStorage({ folder, fileSystem: nodeFileSystem }),
    managers: ["tokyo"],
    keyId: "key-1",
    command: "apply",
    who: `child-${id}`,
    host: "this-host",
    pid: process.pid,
    lockTimeoutMs: Number(timeout),
    clock: systemClock,
    random: systemRandom,
    isProcessAlive,
    report: () => undefined,
  });
  state.put({
    kind: "client",
    address: clientAddress("tokyo", id),
    manager: "tokyo",
    generation: 1,
    status: "issuing",
  });
  await state.flush();
  process.stdout.write("held\n");
  for await (const _ of process.stdin);
  await state.close();
}

function isProcessAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

main(process.argv.slice(2)).catch((error) => {
  process.stdout.write(`${error instanceof DiagnosticError ? error.diagnostics[0]?.code : error.stack}\n`);
  process.exitCode = 1;
});
