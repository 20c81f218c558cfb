import { join, resolve } from "node:path";
import { nearestTo } from "../../engine/nearest";
import { managerAddress } from "../../model/address";
import { failure } from "../../model/diagnostic";
import type { Compacted, StatePut } from "../../model/state-listing";
import { fileFault } from "../../platform/file-fault";
import { stateKeyId } from "../../secrets/state-key";
import type { StateCopy } from "../../state/copied-state";
import { keyIdsOf } from "../../state/key-ids";
import { putState } from "../../state/put-state";
import { type CopyOptions, copyState } from "../../state/state-copy";
import type { Storage } from "../../state/storage";
import { auditedOnState } from "../audit/audited";
import type { InputOptions } from "../inputs/inputs";
import type { Platform } from "../platform";
import { parseCopy, serialiseCopy } from "./copy-file";
import { throwDamage } from "./damage";
import { locateState, noState, placeToWrite } from "./locate-state";
import { type LockWait, lockOptions, withOpenState } from "./locked";
import { findSpareStateKey } from "./state-key";
import type { StatePlace } from "./state-place";

/** A state of a million keys is smaller. */
const LARGEST_COPY = 1 << 30;

export interface PushOptions extends InputOptions, LockWait {
  /** Path of a copy, or `-`. */
  readonly copy: string;
  /** Overwrite newer or damaged parts. */
  readonly force?: boolean | undefined;
  /** Put only the parts of these managers; all by default. */
  readonly managers?: readonly string[] | undefined;
}

/**
 * Returns the whole state as one JSON document, for a backup: records, saved plans, and sealed secrets that wait for
 * their delivery. It does not contain the state's key. Throws a `DiagnosticError` if a part of the state is damaged.
 *
 * @example
 * await writeFile("state.backup.json", await pullState({ files: ["tokyo.yaml"] }, createPlatform()));
 */
export async function pullState(options: InputOptions, platform: Platform): Promise<string> {
  const { storage } = await locateState(options, platform);
  return serialiseCopy(await wholeState(storage, { clock: platform.clock }));
}

/**
 * Replaces the state by a copy from `pullState`. Throws a `DiagnosticError` (`state-conflict`) and writes nothing if
 * the place has another state, or anything newer without `force`. With `managers` the parts of other managers stay.
 *
 * @example
 * const { managers } = await pushState({ files: ["tokyo.yaml"], copy: "state.backup.json" }, createPlatform());
 */
export async function pushState(options: PushOptions, platform: Platform): Promise<StatePut> {
  return auditedOnState(
    { ...options, command: "state push" },
    platform,
    (own) => performPushState(options, own),
    ({ managers }) => ({ addresses: managers.map(({ manager }) => managerAddress(manager)) }),
  );
}

async function performPushState(options: PushOptions, platform: Platform): Promise<StatePut> {
  const { copy: path, force = false, managers: only = [] } = options;
  const copy = partsOf(parseCopy(await readCopy(path, platform), path === "-" ? "stdin" : path), only);
  const place = await placeToWrite(options, platform);
  const { storage } = place;
  const lock = lockOptions({ ...options, command: "state push" }, platform);
  const origin = { file: path, only, fromAnywhere: path === "-" ? undefined : resolve(platform.cwd, path) };
  const managers = await putState(copy, { ...lock, storage, force, origin });
  await warnOfKey(place, platform);
  return { location: storage.location, managers };
}

/**
 * Rewrites every part of the state without replaced entries, and discards the history of a git branch.
 *
 * @example
 * const { managers } = await compactState({ files: ["tokyo.yaml"] }, createPlatform());
 */
export async function compactState(options: InputOptions & LockWait, platform: Platform): Promise<Compacted> {
  return auditedOnState(
    { ...options, command: "state compact" },
    platform,
    (own) => performCompactState(options, own),
    ({ managers }) => ({ addresses: managers.map(({ manager }) => managerAddress(manager)) }),
  );
}

async function performCompactState(options: InputOptions & LockWait, platform: Platform): Promise<Compacted> {
  const { storage } = await locateState(options, platform);
  const managers = await storage.managers();
  if (managers.length === 0) throw noState(storage);
  const lock = lockOptions({ ...options, command: "state compact" }, platform);
  return withOpenState({ ...lock, storage, managers }, async (state) => {
    throwDamage(state, managers);
    const compacted = await state.compact();
    await storage.dropHistory?.(lock);
    return { location: storage.location, managers: compacted };
  });
}

/** Throws a `DiagnosticError` (`nothing-matched`) if the copy has no part of a named manager. */
function partsOf(copy: StateCopy, only: readonly string[]): StateCopy {
  if (only.length === 0) return copy;
  const names = [...copy.managers.keys()];
  const unknown = only.find((name) => !names.includes(name));
  if (unknown !== undefined) throw notInCopy(unknown, names);
  return { ...copy, managers: new Map([...copy.managers].filter(([manager]) => only.includes(manager))) };
}

function notInCopy(name: string, names: readonly string[]) {
  const meant = nearestTo(name, names);
  return failure({
    code: "nothing-matched",
    summary: `--manager ${JSON.stringify(name)}: the copy has no part of it`,
    remedy: `it has those of ${names.join(", ")}${meant === undefined ? "" : `; did you mean ${meant}?`}`,
  });
}

/**
 * Warns about the key of the copy. Without it the next run would write every value again, and could not open waiting
 * secrets.
 */
export async function warnOfKey(place: StatePlace, platform: Platform): Promise<void> {
  const { key } = await findSpareStateKey(place, platform);
  const keyIds = [...(await keyIdsOf(place.storage)).byManager.values()];
  if (keyIds.every((id) => id === stateKeyId(key))) return;
  platform.report({
    type: "diagnostic",
    diagnostic: {
      code: "state-key",
      severity: "warning",
      summary: `the key that the state in ${place.storage.location} was written under is not found there`,
      remedy: `before the next run, provide it as JP1IM_STATE_KEY, or copy the former state.key to ${join(place.folder, "state.key")}`,
    },
  });
}

export async function wholeState(
  storage: Storage,
  { whenMissing = noState, ...how }: WholeStateOptions,
): Promise<StateCopy> {
  const copy = await copyState(storage, how);
  if (copy === undefined) throw whenMissing(storage);
  return copy;
}

interface WholeStateOptions extends CopyOptions {
  readonly whenMissing?: typeof noState;
}

async function readCopy(path: string, { stdin, fileSystem, cwd }: Platform): Promise<string> {
  try {
    const bytes = path === "-" ? await stdin() : await fileSystem.readFile(resolve(cwd, path), LARGEST_COPY);
    return bytes.toString("utf8");
  } catch (error) {
    throw failure({
      code: "copy-unreadable",
      summary: `${path} cannot be read: ${fileFault(error)}`,
      remedy: "name a file that `jp1im state pull` wrote",
    });
  }
}
