import { type Diagnostic, DiagnosticError, failure } from "../../model/diagnostic";
import { isUnderNoKey, loadStateKey, type StateKey, stateKeyId } from "../../secrets/state-key";
import { installNextKey, makeKeyFile } from "../../secrets/state-key-file";
import { newKey, parseKey } from "../../secrets/state-key-text";
import { keyIdsOf } from "../../state/key-ids";
import { rekeyedDuringRun } from "../../state/key-of-state";
import { keepFromGit } from "../../state/local/keep-from-git";
import { requireStateFolder } from "../../state/local/require-state-folder";
import type { Platform } from "../platform";
import { isFolder, type StatePlace } from "./state-place";

/**
 * Finds the key of a state. If there is none, it returns a new key that is not stored yet. Rejects with a
 * `DiagnosticError` (`state-key`, `state-shared`). `isRekey`: the run will finish an interrupted rekey.
 */
export async function findStateKey(
  { folder, storage }: StatePlace,
  platform: Platform,
  isRekey = false,
): Promise<StateKey> {
  const { env, cwd, fileSystem, random, signal } = platform;
  // A key that other users could have written must not be read.
  await requireStateFolder(folder, fileSystem);
  return loadStateKey({
    ...{ folder, cwd, env, fileSystem, random, signal },
    report: (diagnostic) => platform.report({ type: "diagnostic", diagnostic }),
    stateKeyIds: () => keyIdsOf(storage),
    isRekey,
  });
}

/** The faults of a text that is not a key, which messages call `where`; empty for a key. */
export function stateKeyFaults(text: string, where: string): readonly Diagnostic[] {
  try {
    parseKey(text, where);
    return [];
  } catch (error) {
    if (error instanceof DiagnosticError) return error.diagnostics;
    throw error;
  }
}

/** The same for a run that does not need the key: it gets a random one if the key is unavailable. */
export async function findSpareStateKey(place: StatePlace, platform: Platform): Promise<StateKey> {
  try {
    return await findStateKey(place, platform);
  } catch (error) {
    if (!(error instanceof DiagnosticError)) throw error;
    return { key: newKey(platform.random), origin: "new" };
  }
}

/**
 * Writes the key file of a new key, right before the first write that needs the key, so that a refused run leaves
 * nothing. Rejects with a `DiagnosticError` (`state-key`).
 */
export async function keepStateKey({ key, origin, file }: StateKey, platform: Platform): Promise<void> {
  if (origin !== "new" || file === undefined) return;
  const { env, fileSystem, random } = platform;
  // Without a variable for the file the folder is ours, and must stay out of git.
  const isOwn = env.JP1IM_STATE_KEY_FILE === undefined;
  const onFolder = (folder: string) => keepFromGit(fileSystem, folder, random.bytes(8).toString("hex"));
  await makeKeyFile(file, key, { ...keyFileContext(platform), onFolder: isOwn ? onFolder : undefined });
}

/** Finds or stores the key before any lock, so that several runs of one state get the same key. */
export async function keptStateKey(place: StatePlace, platform: Platform): Promise<StateKey> {
  const key = await findStateKey(place, platform);
  try {
    await keepStateKey(key, platform);
    return key;
  } catch (error) {
    // Another process, for another manager, may have just created it.
    const settled = await findStateKey(place, platform);
    if (!(error instanceof DiagnosticError) || settled.origin !== "file") throw error;
    return settled;
  }
}

/**
 * The same for a watch. It stores no key if the state already has one, because a new key would be the wrong one and
 * writes under it are refused (`mayTakeOver`). It stores none for a new state on a server either, because each
 * replica would create its own. Rejects with a `DiagnosticError` (`state-key`).
 */
export async function keptKeyOfNewState(place: StatePlace, platform: Platform): Promise<void> {
  const { storage } = place;
  const isNew = (await storage.identity())?.keyId === undefined && isUnderNoKey(await keyIdsOf(storage));
  if (isNew && isFolder(place)) await keptStateKey(place, platform);
  else if ((await findStateKey(place, platform)).origin === "new" && isNew)
    throw withoutKey(storage.location);
}

function withoutKey(location: string) {
  return failure({
    code: "state-key",
    summary: `the state in ${location} is new, and this process was given no key for it: each replica would make its own`,
    remedy:
      "make one key, keep a copy of it, and give it to every replica: export JP1IM_STATE_KEY=$(openssl rand -base64 32)",
  });
}

/**
 * Returns the run's key, under the lock. It is the key found before, unless that was new and another run has written
 * the key file since. Finishes an interrupted rekey. Rejects with a `DiagnosticError` if another run rekeyed the
 * state meanwhile.
 */
export async function settleStateKey(
  key: StateKey,
  place: StatePlace,
  platform: Platform,
  isRekey = false,
): Promise<StateKey> {
  // A key from the environment or a program cannot change during this run.
  if (key.origin === "environment" || key.origin === "command") return key;
  const settled = await findStateKey(place, { ...platform, report: () => {} }, isRekey);
  if (settled.origin === "new") return key;
  if (key.origin === "file" && stateKeyId(settled.key) !== stateKeyId(key.key)) {
    throw rekeyedDuringRun(place.storage);
  }
  await installIfNext(settled, place, platform);
  return settled;
}

/**
 * Replaces the key file by the new key once the state is under it, under the lock, unless another rekey has done so.
 */
export async function finishRekey(place: StatePlace, platform: Platform): Promise<void> {
  await installIfNext(await findStateKey(place, { ...platform, report: () => {} }, true), place, platform);
}

async function installIfNext({ isNext, file }: StateKey, { folder }: StatePlace, platform: Platform) {
  if (!isNext || file === undefined) return;
  await platform.fileSystem.syncFolder(folder);
  await installNextKey(file, keyFileContext(platform));
}

function keyFileContext({ fileSystem, random, report }: Platform) {
  return {
    ...{ fileSystem, random },
    report: (diagnostic: Diagnostic) => report({ type: "diagnostic", diagnostic }),
  };
}
