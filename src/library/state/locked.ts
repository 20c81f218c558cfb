import type { ApplyContext } from "../../engine/context";
import type { DesiredState } from "../../model/desired-state";
import type { Diagnostic } from "../../model/diagnostic";
import { stateKeyId } from "../../secrets/state-key";
import { type OpenStateOptions, openState } from "../../state/open-state";
import { prepareRun } from "../plan";
import { findStateKey, keepStateKey, settleStateKey } from "./state-key";
import type { Surroundings } from "../platform";

export interface LockWait {
  /** How long to wait for a lock that another run holds; 0 unless told. */
  readonly lockTimeoutMs?: number;
}

export interface LockedRun extends LockWait {
  readonly desired: DesiredState;
  readonly folder: string;
  readonly command: string;
  readonly parallelism?: number;
}

/** Everything that a run needs, with the state's lock held while `work` lasts. */
export async function locked<T>(
  run: LockedRun,
  around: Surroundings,
  work: (context: ApplyContext) => Promise<T>,
): Promise<T> {
  const { folder, desired } = run;
  // Looked for before the lock as well: what is wrong with it is reported before anything is waited for.
  let key = await findStateKey(folder, around);
  const state = await openState({
    ...lockOptions(run, around),
    folder,
    settleKey: async () => {
      key = await settleStateKey(key, folder, around);
      return stateKeyId(key.key);
    },
    beforeFirstWrite: () => keepStateKey(key, around),
  });
  try {
    const { close, ...context } = prepareRun(run, desired, folder, key, around);
    try {
      return await work({ ...context, state, kept: await context.recovery.list() });
    } finally {
      await close();
    }
  } finally {
    // Whatever was written is flushed by whoever wrote it, and reported there where that failed: what `work` has to
    // report is not lost to hearing of it once more.
    await state.close().catch(() => undefined);
  }
}

/** What opening a state for writing takes of the caller's surroundings. */
export function lockOptions(
  { command, lockTimeoutMs = 0 }: LockWait & { readonly command: string },
  around: Surroundings,
): Omit<OpenStateOptions, "folder" | "keyId"> {
  const { fileSystem, clock, random, host, pid, isProcessAlive, processStart, signal } = around;
  const report = (diagnostic: Diagnostic) => around.report({ type: "diagnostic", diagnostic });
  const who = `${around.user}@${host}`;
  return {
    ...{ fileSystem, clock, random, host, pid, isProcessAlive, processStart, signal },
    ...{ report, command, who, lockTimeoutMs },
  };
}
