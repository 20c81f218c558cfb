import { DiagnosticError, failure } from "../model/diagnostic";
import { loadStateKey, type StateKey, stateKeyId } from "../secrets/state-key";
import { installNextKey } from "../secrets/state-key-file";
import { newKey } from "../secrets/state-key-text";
import { readLog } from "../state/read-state";
import { refuseSharedFolder } from "../state/shared-folder";
import type { Surroundings } from "./surroundings";

/** The key of a state folder, wherever it is kept. Rejects with a `DiagnosticError` (`state-key`, `state-shared`). */
export async function findStateKey(
  use: "read" | "write",
  folder: string,
  around: Surroundings,
): Promise<StateKey> {
  const { env: environment, cwd: workingFolder, fileSystem, random } = around;
  // Before a key is made in it.
  await refuseSharedFolder(folder, fileSystem);
  return loadStateKey({
    ...{ use, folder, workingFolder, environment, fileSystem, random },
    report: (diagnostic) => around.report({ type: "diagnostic", diagnostic }),
    stateKeyId: async () => (await readLog({ folder, fileSystem, keyId: undefined }))?.header.keyId,
  });
}

/** The same for a run that can do without: where the key cannot be had, one is made up. */
export async function findSpareStateKey(folder: string, around: Surroundings): Promise<StateKey> {
  try {
    return await findStateKey("read", folder, around);
  } catch (error) {
    if (!(error instanceof DiagnosticError)) throw error;
    return { key: newKey(around.random), origin: "ephemeral" };
  }
}

/**
 * Under the lock: makes sure that the key file still holds the key that was loaded before the lock was taken, and
 * finishes a rekey that was interrupted. Rejects with a `DiagnosticError` where another run rekeyed the state meanwhile.
 */
export async function settleStateKey(keyId: string, folder: string, around: Surroundings): Promise<void> {
  const silent = { ...around, report: () => {} };
  const { key, origin, file, isNext } = await findStateKey("read", folder, silent);
  // What the environment or a program gives cannot have changed under this run.
  if (origin !== "file" || file === undefined) return;
  if (stateKeyId(key) !== keyId) {
    throw failure({
      code: "state-key",
      summary: `the state in ${folder} was given another key while this run waited for its lock`,
      remedy: "run the command again: it will find the new key",
    });
  }
  if (!isNext) return;
  const { fileSystem, random } = around;
  await fileSystem.syncFolder(folder);
  await installNextKey(file, {
    fileSystem,
    random,
    report: (diagnostic) => around.report({ type: "diagnostic", diagnostic }),
  });
}
