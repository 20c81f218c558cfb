import { resolve } from "node:path";
import { resolveValues } from "../engine/values/desired-values";
import { MissingValues } from "../engine/values/missing-values";
import { demandsOf } from "../engine/values/value-demands";
import type { DesiredState } from "../model/desired-state";
import { type Diagnostic, failure } from "../model/diagnostic";
import { SecretValue } from "../model/secret-value";
import { suggest } from "../model/shell-command";
import type { NewKeyPlace, Rekeyed } from "../model/state-listing";
import type { FileSystem } from "../platform/file-system";
import { realPath } from "../platform/real-path";
import { createFingerprints } from "../secrets/fingerprints";
import type { Fingerprints, Recovery } from "../secrets/port";
import { createRecovery } from "../secrets/recovery";
import { createSecretResolver } from "../secrets/resolver";
import type { StateKey } from "../secrets/state-key";
import {
  installNextKey,
  makeKeyFile,
  nextKeyFile,
  readKeyFile,
  stageNextKey,
} from "../secrets/state-key-file";
import { newKey, parseKey } from "../secrets/state-key-text";
import { keyIdsOf } from "../state/key-ids";
import type { FileWriting, IssuedRecord, StateStore, StateView } from "../state/port";
import { holdsRecords, holdsResources, type LoadedPartition } from "../state/read-partition";
import { type ReadPartitions, readPartitions, readPartitionsAgain, readState } from "../state/read-state";
import type { Storage } from "../state/storage";
import { auditedOnState } from "./audit/audited";
import { type InputOptions, readDesired } from "./inputs/inputs";
import { secretsPlatformOf } from "./inputs/secrets-platform";
import type { Platform } from "./platform";
import { FingerprintConversion } from "./state/convert-fingerprints";
import { type LockWait, lockOptions, withOpenState } from "./state/locked";
import { findStateKey, finishRekey, settleStateKey } from "./state/state-key";
import { statePlace } from "./state/state-place";

export interface RekeyOptions extends InputOptions, LockWait {
  /** A file with the new key; if missing, it is created with a new key. Without this option, `JP1IM_NEW_STATE_KEY`. */
  readonly newKeyFile?: string | undefined;
  /** With false, no value is resolved, so that all become unverified. */
  readonly secrets?: boolean | undefined;
}

const NEW_VARIABLE = "JP1IM_NEW_STATE_KEY";

/**
 * Rewrites the state with a new key, in one step and under the lock; it asks no manager. Throws a `DiagnosticError`,
 * without changing the state, if a value cannot be resolved, if the present key is not the state's, or if there is no
 * state.
 *
 * @example
 * const { unverified } = await rekeyState({ files: ["tokyo.yaml"], newKeyFile: "new.key" }, createPlatform());
 */
export async function rekeyState(options: RekeyOptions, platform: Platform): Promise<Rekeyed> {
  return auditedOnState({ ...options, command: "state rekey" }, platform, (own) =>
    performRekeyState(options, own),
  );
}

async function performRekeyState(options: RekeyOptions, platform: Platform): Promise<Rekeyed> {
  const { secrets = true } = options;
  const needsDesired = secrets || options.state === undefined;
  const desired = needsDesired ? await readDesired(options, platform) : undefined;
  const place = await statePlace(options, desired, platform);
  const { storage } = place;
  requireRecords(await readPartitions({ storage, keyId: undefined, lineage: undefined }), storage);
  const old = await findStateKey(place, platform, true);
  const next = await newStateKey(options, old, storage, platform);
  const before = await readState({ storage, report: () => {} });
  const values = desired && secrets ? await valuesOf(desired, before, platform) : new Map();
  const fingerprints = { old: createFingerprints(old.key), next: createFingerprints(next.key) };
  const { keyId } = fingerprints.next;
  const lock = lockOptions({ ...options, command: "state rekey" }, platform);
  // That the state has another key than the new one is expected here and needs no warning.
  const report = (diagnostic: Diagnostic) => diagnostic.code !== "state-key" && lock.report(diagnostic);
  const managers = await storage.managers();
  return withOpenState({ ...lock, storage, managers, keyId, isRekey: true, report }, async (state) => {
    const oldId = fingerprints.old.keyId;
    const { loaded } = await readPartitions({ storage, keyId: oldId, lineage: undefined });
    for (const error of state.damaged.values()) throw error;
    const own = [...loaded].filter(([, log]) => holdsRecords(log));
    const left = own.filter(([, { header }]) => header.keyId !== keyId);
    const late = left.filter(([manager]) => !state.mayWrite(manager)).map(([manager]) => manager);
    if (late.length > 0) throw begunMeanwhile(late);
    const result = { location: storage.location, key: next.place };
    const file = next.place.in === "key-file" ? next.place.path : undefined;
    const files = { ...lock, fileSystem: platform.fileSystem };
    if (left.length === 0) {
      if (next.isStaged) await finishRekey(place, platform);
      return { ...result, already: true, kept: 0, unverified: 0 };
    }
    await settleStateKey(old, place, platform, true);
    const fitting = left.filter(([, log]) => holdsResources(log));
    for (const [, { header }] of fitting) requireFit(header.keyId, oldId, old, storage.location);
    await refuseWaiting(createRecovery({ places: storage, stateKey: old.key, random: platform.random }));
    const conversion = new FingerprintConversion(desired, values, fingerprints.old, fingerprints.next);
    if (next.toBeMade !== undefined) await makeKeyFile(next.toBeMade, next.key, files);
    if (file !== undefined && !next.isStaged) await stageNextKey(file, next.key, files);
    for (const [manager, log] of left) {
      convert(log, state, conversion);
      for (const record of log.contents.records()) {
        if ("writing" in record && record.writing !== undefined)
          state.put(await convertWritings(record, fingerprints, platform.fileSystem));
      }
      // All records of a manager go into one new log, which replaces the old one atomically.
      await state.flush([manager]);
    }
    // The old key must stay while a part of the state uses it.
    const { loaded: now } = await readPartitionsAgain({ storage, keyId, lineage: undefined });
    const begun = [...now].filter(([, part]) => part.isForeign).map(([manager]) => manager);
    if (begun.length > 0) throw begunMeanwhile(begun);
    if (file !== undefined) await installNextKey(file, files);
    const { kept, unverified } = conversion;
    return { ...result, already: false, kept, unverified };
  });
}

function convert({ contents }: LoadedPartition, state: StateStore, conversion: FingerprintConversion): void {
  for (const record of contents.records()) {
    const { address, kind } = record;
    if (kind === "agent") {
      const patch = conversion.agent(record, contents.fingerprints(address));
      const { versions: versionsDigest, answer } = record;
      const versions = contents.versions(address);
      const known = { versionsDigest: versionsDigest || undefined, answer };
      state.patchAgent(address, { ...patch, versions, ...known });
    } else state.put(kind === "lower-manager" ? conversion.lowerManager(record) : record);
  }
}

interface NewStateKey {
  readonly key: SecretValue;
  readonly place: NewKeyPlace;
  /** The file in which to store it before the state uses it. */
  readonly toBeMade?: string;
  /** An interrupted rekey had staged it. */
  readonly isStaged?: boolean;
}

async function newStateKey(
  { newKeyFile }: RekeyOptions,
  old: StateKey,
  storage: Storage,
  platform: Platform,
): Promise<NewStateKey> {
  const given = platform.env[NEW_VARIABLE];
  if (newKeyFile !== undefined) {
    if (given !== undefined)
      throw wrong(`there are two new keys: ${NEW_VARIABLE} and ${newKeyFile}`, "give one");
    const path = await realPath(platform.fileSystem, resolve(platform.cwd, newKeyFile));
    if (path === old.file)
      throw wrong(`${newKeyFile} is the present key file`, "leave it out: a new key replaces it");
    const report = (diagnostic: Diagnostic) => platform.report({ type: "diagnostic", diagnostic });
    const key = await readKeyFile(path, { ...platform, report, named: true, isNew: true });
    const place = { in: "new-file", path } as const;
    return key ? { key, place } : { key: newKey(platform.random), place, toBeMade: path };
  }
  if (given !== undefined)
    return { key: parseKey(given, NEW_VARIABLE, { isNew: true }), place: { in: "environment" } };
  if (old.file !== undefined) {
    const place = { in: "key-file", path: old.file } as const;
    const staged = await stagedKey(old.file, storage, platform);
    return staged ? { key: staged, place, isStaged: true } : { key: newKey(platform.random), place };
  }
  throw wrong(
    `the state's key comes from ${old.origin === "command" ? "JP1IM_STATE_KEY_COMMAND" : "JP1IM_STATE_KEY"}, where no new one can be put`,
    `hand the new one in as ${NEW_VARIABLE}, or name a file for it with --new-key-file`,
  );
}

/** Imported secrets without a value have no fingerprint, so they need none. */
async function valuesOf(desired: DesiredState, before: StateView, platform: Platform) {
  const demands = [...desired.managers.values()].flatMap((manager) => [...demandsOf(manager, () => true)]);
  const resolver = createSecretResolver(secretsPlatformOf(platform));
  return (await resolveValues(demands, resolver, platform.report, new MissingValues(before, resolver)))
    .values;
}

/** The new key of a rekey that was interrupted after the state's note named it, or after a part used it. */
async function stagedKey(
  file: string,
  storage: Storage,
  platform: Platform,
): Promise<SecretValue | undefined> {
  const staged = await readKeyFile(nextKeyFile(file), { ...platform, report: () => {} });
  const ids = new Set((await keyIdsOf(storage)).byManager.values()).add(
    (await storage.identity())?.keyId ?? "",
  );
  return staged && ids.has(createFingerprints(staged).keyId) ? staged : undefined;
}

/** The error if the state got a new part while this run waited for the locks of the others. */
function begunMeanwhile(managers: readonly string[]) {
  return failure({
    code: "state-locked",
    summary: `another run has begun the state of ${managers.join(", ")} meanwhile`,
    remedy: "run the command again when that run has ended",
  });
}

function requireRecords({ loaded, damaged }: ReadPartitions, { location }: Storage): void {
  // A part that kept the old key would become unreadable.
  for (const error of damaged.values()) throw error;
  for (const { contents } of loaded.values()) for (const _ of contents.records()) return;
  throw failure({
    code: "nothing-matched",
    summary: `the state in ${location} holds nothing that could be rekeyed`,
    remedy: "name the state with -f or --state; where nothing was written yet, replace the key itself",
  });
}

/** Refuses a wrong key, with which the state would lose every fingerprint: only an apply may do that. */
function requireFit(keyId: string, oldId: string, { origin, file }: StateKey, location: string): void {
  // Records of an enrolment have no key.
  if (keyId === oldId || keyId === "") return;
  throw failure({
    code: "state-key",
    summary:
      origin === "new"
        ? `the key that the state in ${location} was written under is not in ${file}`
        : `the state in ${location} was written under another key than the one that was given`,
    remedy:
      "provide the key that it was written under; if that is lost, `jp1im apply --new-state` under a new key writes the values again",
  });
}

/**
 * Refuses a rekey while secrets are kept: they are encrypted with the present key, and could not be rewritten in one
 * step with the state.
 */
async function refuseWaiting(recovery: Recovery): Promise<void> {
  const kept = (await recovery.list()).filter(({ opens }) => opens);
  const waiting = kept.flatMap(({ address }) => address ?? []).sort();
  if (waiting.length === 0) return;
  throw failure({
    code: "state-key",
    summary: `issued secrets wait for their delivery, encrypted to the present key: ${waiting.join(", ")}`,
    remedy: `make their sinks writable and let \`jp1im apply\` deliver them, or remove them with ${suggest("state", "rm", "--kept", ...waiting)}; then rekey`,
  });
}

function wrong(summary: string, remedy: string) {
  return failure({ code: "usage", summary, remedy });
}

/**
 * Converts the records of intended file writes from one key to another, by the content of files that have exactly the
 * intended text. Any other file is not owned, whatever the key.
 */
async function convertWritings(
  { writing, ...record }: IssuedRecord,
  { old, next }: { readonly old: Fingerprints; readonly next: Fingerprints },
  fileSystem: FileSystem,
): Promise<IssuedRecord> {
  const kept: FileWriting[] = [];
  for (const file of writing ?? []) {
    const content = await fileSystem.readFile(file.absolute).catch(() => undefined);
    if (content === undefined) continue;
    const value = new SecretValue(content.toString("utf8"));
    if (old.value(record.address, value) !== file.fingerprint) continue;
    kept.push({ ...file, fingerprint: next.value(record.address, value) });
  }
  return kept.length > 0 ? { ...record, writing: kept } : record;
}
