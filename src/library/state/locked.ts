import type { ApplyContext } from "../../engine/context";
import { writtenManagers } from "../../engine/scope";
import type { DesiredState } from "../../model/desired-state";
import type { Diagnostic } from "../../model/diagnostic";
import type { Shard } from "../../model/shard";
import { stateKeyId } from "../../secrets/state-key";
import type { KeyOfRun } from "../../state/key-rule";
import { type OpenState, openState } from "../../state/open-state";
import type { LockRequest } from "../../state/storage";
import { audited } from "../audit/audited";
import type { RunEnd } from "../audit/audited-run";
import type { RunTrail } from "../audit/run-trail";
import { prepareRun } from "../plan";
import type { Platform } from "../platform";
import { lockOwner } from "./lock-owner";
import { findStateKey, keepStateKey, settleStateKey } from "./state-key";
import { isFolder, type StatePlace, withState } from "./state-place";

/** What a run under its locks works with; `state` says which parts of it cannot be read. */
export type LockedContext = ApplyContext & { readonly state: OpenState; readonly trail?: RunTrail };

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
  /** Somebody said that the state is to go on under the run's key, whichever it was under. */
  readonly newState?: boolean | undefined;
  /** By default where the key lies beside the state, in a folder. */
  readonly mayTakeOver?: KeyOfRun["mayTakeOver"];
}

/**
 * Everything that a run needs, with the locks of the managers that it may write to held while `work` lasts. Where an audit trail is declared,
 * the run is recorded in it.
 */
export async function locked<T>(
  run: LockedRun,
  platform: Platform,
  work: (context: LockedContext) => Promise<T>,
  endOf?: (result: T) => RunEnd,
): Promise<T> {
  const { desired, command, place, managers, targets } = run;
  const { audit, inputs } = desired;
  return audited(
    { audit, inputs, command, state: place.location, managers, targets },
    platform,
    (trail) => underLock(run, platform, trail, work),
    endOf,
  );
}

async function underLock<T>(
  run: LockedRun,
  platform: Platform,
  trail: RunTrail | undefined,
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
      return stateKeyId(key.key);
    },
    isNewState: run.newState,
    mayTakeOver: run.mayTakeOver ?? isFolder(place),
    beforeFirstWrite: () => keepStateKey(key, platform),
  });
  try {
    const recorded = { ...run, ...(trail && { onWrite: trail.onWrite }) };
    const { close, ...context } = prepareRun(recorded, desired, place, key, platform);
    try {
      return await work({ ...(await withState(context, state)), ...(trail && { trail }) });
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
  const { clock, random, isProcessAlive, signal } = platform;
  const report = (diagnostic: Diagnostic) => platform.report({ type: "diagnostic", diagnostic });
  return {
    ...{ ...lockOwner(platform), clock, random, isProcessAlive, signal },
    ...{ report, command, lockTimeoutMs },
  };
}
