import type { ApplyContext } from "../../engine/context";
import { writtenManagers } from "../../engine/scope";
import type { DesiredState } from "../../model/desired-state";
import type { Diagnostic } from "../../model/diagnostic";
import type { Shard } from "../../model/shard";
import { stateKeyId } from "../../secrets/state-key";
import { type OpenState, openState } from "../../state/open-state";
import type { LockRequest } from "../../state/storage";
import { prepareRun } from "../plan";
import type { Platform } from "../platform";
import { type StatePlace, withState } from "./place";
import { findStateKey, keepStateKey, settleStateKey } from "./state-key";

/** What a run under its locks works with; `state` says which parts of it cannot be read. */
export type LockedContext = ApplyContext & { readonly state: OpenState };

export interface LockWait {
  /** How long to wait for a lock that another run holds; 0 by default. */
  readonly lockTimeoutMs?: number | undefined;
}

export interface LockedRun extends LockWait {
  readonly desired: DesiredState;
  readonly place: StatePlace;
  /** What the run is limited to; it locks the managers that it may write to. */
  readonly managers?: readonly string[] | undefined;
  readonly shard?: Shard | undefined;
  readonly targets?: readonly string[] | undefined;
  readonly command: string;
  readonly parallelism?: number | undefined;
  /** Called with the name of the run's key once the locks are held; rejects where nothing may be written under it. */
  readonly checkKey?: ((keyId: string) => Promise<void>) | undefined;
}

/** Everything that a run needs, with the locks of the managers that it may write to held while `work` lasts. */
export async function locked<T>(
  run: LockedRun,
  platform: Platform,
  work: (context: LockedContext) => Promise<T>,
): Promise<T> {
  const { place, desired, managers = [], targets = [], shard } = run;
  // Looked for before the lock as well: what is wrong with it is reported before anything is waited for.
  let key = await findStateKey(place, platform);
  const state = await openState({
    ...lockOptions(run, platform),
    storage: place.storage,
    managers: writtenManagers({ managers, targets, ...(shard && { shard }) }, desired),
    settleKey: async () => {
      key = await settleStateKey(key, place, platform);
      const keyId = stateKeyId(key.key);
      await run.checkKey?.(keyId);
      return keyId;
    },
    beforeFirstWrite: () => keepStateKey(key, platform),
  });
  try {
    const { close, ...context } = prepareRun(run, desired, place, key, platform);
    try {
      return await work(await withState(context, state));
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
  platform: Platform,
): LockRequest {
  const { clock, random, host, pid, isProcessAlive, processStart, signal } = platform;
  const report = (diagnostic: Diagnostic) => platform.report({ type: "diagnostic", diagnostic });
  const who = `${platform.user}@${host}`;
  return {
    ...{ clock, random, host, pid, isProcessAlive, processStart, signal },
    ...{ report, command, who, lockTimeoutMs },
  };
}
