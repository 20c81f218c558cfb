import { type Diagnostic, DiagnosticError, failure } from "../../model/diagnostic";
import { isUnderNoKey, loadStateKey, type StateKey, stateKeyId } from "../../secrets/state-key";
import { installNextKey, makeKeyFile } from "../../secrets/state-key-file";
import { newKey, parseKey } from "../../secrets/state-key-text";
import { keyIdsOf } from "../../state/key-ids";
import { rekeyedDuringRun } from "../../state/key-of-state";
import { checkStateFolder } from "../../state/local/check-state-folder";
import { keepFromGit } from "../../state/local/keep-from-git";
import type { Platform } from "../platform";
import { isFolder, type StatePlace } from "./state-place";

/**
 * The key of a state, wherever it is kept; where there is none, a new one that is not kept yet. Rejects with a
 * `DiagnosticError` (`state-key`, `state-shared`). `isRekey`: an interrupted rekey is about to be finished.
 */
export async function findStateKey(
  { folder, storage }: StatePlace,
  platform: Platform,
  isRekey = false,
): Promise<StateKey> {
  const { env, cwd, fileSystem, random } = platform;
  // A key that others could have put there is not to be read.
  await checkStateFolder(folder, fileSystem);
  return loadStateKey({
    ...{ folder, cwd, env, fileSystem, random },
    report: (diagnostic) => platform.report({ type: "diagnostic", diagnostic }),
    stateKeyIds: () => keyIdsOf(storage),
    isRekey,
  });
}

/** Why a text is no key, in a message that calls it `where`; nothing where it is one. */
export function stateKeyFaults(text: string, where: string): readonly Diagnostic[] {
  try {
    parseKey(text, where);
    return [];
  } catch (error) {
    if (error instanceof DiagnosticError) return error.diagnostics;
    throw error;
  }
}

/** The same for a run that can do without: where the key cannot be had, one is drawn. */
export async function findSpareStateKey(place: StatePlace, platform: Platform): Promise<StateKey> {
  try {
    return await findStateKey(place, platform);
  } catch (error) {
    if (!(error instanceof DiagnosticError)) throw error;
    return { key: newKey(platform.random), origin: "new" };
  }
}

/**
 * Makes the key file of a new key, before anything is written that refers to the key: a run that is refused leaves
 * nothing. Rejects with a `DiagnosticError` (`state-key`).
 */
export async function keepStateKey({ key, origin, file }: StateKey, platform: Platform): Promise<void> {
  if (origin !== "new" || file === undefined) return;
  const { env, fileSystem, random } = platform;
  // The folder is our own where no variable names the file, and nobody may commit it.
  const isOwn = env.JP1IM_STATE_KEY_FILE === undefined;
  const onFolder = (folder: string) => keepFromGit(fileSystem, folder, random.bytes(8).toString("hex"));
  await makeKeyFile(file, key, { ...keyFileContext(platform), ...(isOwn && { onFolder }) });
}

/** The same before any lock is taken, for several runs of one state that are about to begin: they all get one key. */
export async function keptStateKey(place: StatePlace, platform: Platform): Promise<StateKey> {
  const found = await findStateKey(place, platform);
  try {
    await keepStateKey(found, platform);
    return found;
  } catch (error) {
    // Another process for another manager may have made it a moment ago.
    const settled = await findStateKey(place, platform);
    if (!(error instanceof DiagnosticError) || settled.origin !== "file") throw error;
    return settled;
  }
}

/**
 * The same for a watch. Where the state is under a key already none is made: a new one would not be it, and whoever is about to write
 * under it is refused (`mayTakeOver`). Nor is one made for a new state on a server, where each replica would make its own. Rejects
 * with a `DiagnosticError` (`state-key`).
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
 * Under the lock: the key that the run works with. It is the one that was found before, unless that was new and another
 * run has made the key file since. Finishes a rekey that was interrupted. Rejects with a `DiagnosticError` where another
 * run rekeyed the state meanwhile.
 */
export async function settleStateKey(
  found: StateKey,
  place: StatePlace,
  platform: Platform,
  isRekey = false,
): Promise<StateKey> {
  // What the environment or a program gives cannot have changed under this run.
  if (found.origin === "environment" || found.origin === "command") return found;
  const settled = await findStateKey(place, { ...platform, report: () => {} }, isRekey);
  if (settled.origin === "new") return found;
  if (found.origin === "file" && stateKeyId(settled.key) !== stateKeyId(found.key)) {
    throw rekeyedDuringRun(place.storage);
  }
  await installIfNext(settled, place, platform);
  return settled;
}

/** Under the lock, of a state that is under its new key: puts that key in the key file's place, unless another rekey has done it meanwhile. */
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
