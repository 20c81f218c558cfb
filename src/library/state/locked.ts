import type { ApplyContext } from "../../engine/context";
import { neededIssuers, writtenManagers } from "../../engine/scope";
import type { DesiredState } from "../../model/desired-state";
import type { Diagnostic } from "../../model/diagnostic";
import type { Shard } from "../../model/shard";
import { stateKeyId } from "../../secrets/state-key";
import type { KeyOfRun } from "../../state/key-rule";
import { type OpenState, type OpenStateOptions, openState } from "../../state/open-state";
import type { LockRequest } from "../../state/storage";
import { audited } from "../audit/audited";
import type { RunEnd } from "../audit/audited-run";
import { requiringLock } from "../audit/requiring-lock";
import type { RunTrail } from "../audit/run-trail";
import type { Platform } from "../platform";
import { withRun } from "../prepare-run";
import { lockOwner } from "./lock-owner";
import { findStateKey, keepStateKey, settleStateKey } from "./state-key";
import { isFolder, type StatePlace, withState } from "./state-place";

/** The context of a run under its locks. `state` names its unreadable parts. */
export type LockedContext = ApplyContext & {
  readonly state: OpenState;
  readonly trail?: RunTrail | undefined;
};

export interface LockWait {
  /** Milliseconds to wait for a lock that another run holds; 0 by default. */
  readonly lockTimeoutMs?: number | undefined;
}

export interface LockedRun extends LockWait {
  readonly desired: DesiredState;
  readonly place: StatePlace;
  /** Limits the run. It locks the managers that it may write to. */
  readonly managers?: readonly string[] | undefined;
  readonly shard?: Shard | undefined;
  readonly targets?: readonly string[] | undefined;
  readonly command: string;
  readonly parallelism?: number | undefined;
  /** The user confirmed that the state continues under the run's key. */
  readonly newState?: boolean | undefined;
  /** Default: true if the key is beside the state, in a folder. */
  readonly mayTakeOver?: KeyOfRun["mayTakeOver"];
  readonly staysReadable?: OpenStateOptions["staysReadable"];
}

/**
 * Runs `work` with all that a run needs, under the locks of the managers that it may write to. If an audit trail is
 * declared, it records the run.
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
  const limits = { managers, targets, shard };
  // Also searched before the lock, to report its faults before a wait.
  let key = await findStateKey(place, platform);
  const state = await openState({
    ...lockOptions(run, platform),
    storage: place.storage,
    managers: writtenManagers(limits, desired),
    reasons: reasonsOf(neededIssuers(limits, desired)),
    settleKey: async () => {
      key = await settleStateKey(key, place, platform);
      return stateKeyId(key.key);
    },
    isNewKey: key.origin === "new",
    isNewState: run.newState,
    mayTakeOver: run.mayTakeOver ?? isFolder(place),
    staysReadable: run.staysReadable,
    beforeFirstWrite: () => keepStateKey(key, platform),
  });
  try {
    const options = { ...run, onWrite: trail && requiringLock(trail.onWrite, state) };
    return await withRun({ options, desired, place, key }, platform, async (context) =>
      work({ ...(await withState(context, state)), trail }),
    );
  } finally {
    // Writers flush their own writes and report failures. A second report here would hide the result of `work`.
    await state.close().catch(() => undefined);
  }
}

/** Runs `work` with the state open for writing. Writes that it did not flush are flushed in the end. */
export async function withOpenState<T>(
  options: OpenStateOptions,
  work: (state: OpenState) => Promise<T>,
): Promise<T> {
  const state = await openState(options);
  try {
    return await work(state);
  } finally {
    await state.close();
  }
}

function reasonsOf(issuers: ReadonlyMap<string, readonly string[]>): ReadonlyMap<string, string> {
  const reasonOf = ([issuer, by]: readonly [string, readonly string[]]) =>
    [issuer, `initial secrets for ${[...by].sort().join(", ")} are issued there (\`issueOn\`)`] as const;
  return new Map([...issuers].map(reasonOf));
}

/** The options for opening a state for writing. */
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
