import { removeStaleDrafts } from "../engine/apply/remove-stale-drafts";
import { type Candidates, meantAddress, notAnAddress } from "../engine/nearest-address";
import { isWithin, managerOf } from "../model/address";
import { type Diagnostic, DiagnosticError, failure } from "../model/diagnostic";
import { suggest } from "../model/shell-command";
import type { HeldLockEntry, StateDetail, StateEntry, StateListing } from "../model/state-listing";
import { createDelivery } from "../secrets/delivery";
import { shownPlace } from "../secrets/places/declared-place";
import { ForeignDocumentError, HiddenPartError } from "../state/hidden-part";
import type { PartitionedView } from "../state/partitioned-view";
import type { StateRecord, StateView } from "../state/port";
import { IMPORTED, isFingerprint } from "../state/port";
import { readState } from "../state/read-state";
import type { LockRequest, Storage } from "../state/storage";
import { auditedOnState } from "./audit/audited";
import type { InputOptions } from "./inputs/inputs";
import type { Platform } from "./platform";
import { throwDamage } from "./state/damage";
import { giveUpPut } from "./state/give-up-put";
import { keptIn } from "./state/kept";
import { locateState } from "./state/locate-state";
import { type LockWait, lockOptions, withOpenState } from "./state/locked";
import { managersAt } from "./state/managers-at";

/**
 * All records of the state, sorted by address, and the holders of its locks.
 *
 * @example
 * const { records, lock } = await listState({ files: ["tokyo.yaml"] }, createPlatform());
 */
export async function listState(options: InputOptions, platform: Platform): Promise<StateListing> {
  const { listing, damage } = await readListing(options, platform);
  damage.forEach(reporter(platform));
  return listing;
}

/** The same, with the faults of the parts that cannot be read. */
export async function readListing(
  options: InputOptions,
  platform: Platform,
): Promise<{ readonly listing: StateListing; readonly damage: readonly Diagnostic[] }> {
  const { storage, view } = await open(options, platform);
  const managers = await storage.managers();
  const locks = (await Promise.all(managers.map((manager) => heldLock(storage, manager)))).flat();
  const records = [...view.records()]
    .map((record) => entryOf(record, platform.cwd))
    .sort((a, b) => (a.address < b.address ? -1 : 1));
  const faults = new Map<string, DiagnosticError>();
  const kept = await keptIn(storage, (manager, error) => faults.set(manager, error));
  const more = { kept: kept.length > 0 ? kept : undefined, locks: locks.length > 0 ? locks : undefined };
  const serials = Object.fromEntries(managers.map((manager) => [manager, view.serial(manager)]));
  return {
    listing: { location: storage.location, lineage: view.lineage, serials, records, ...more },
    damage: [...new Map([...faults, ...view.damaged]).values()].flatMap(({ diagnostics }) => diagnostics),
  };
}

/** Leaves out when its process began, which is useful only to machines. */
async function heldLock(storage: Storage, manager: string, asks?: LockRequest): Promise<HeldLockEntry[]> {
  const held = await storage.holder(manager, asks);
  if (held === undefined) return [];
  const { processStart: _internal, ...holder } = held;
  return [{ manager, ...holder }];
}

/**
 * One record of the state. Throws `nothing-matched` for an address that is not in it, and `state-corrupted` if that
 * is unknown.
 *
 * @example
 * const { detail } = await showState({ files: ["tokyo.yaml"] }, "tokyo/client/fluentd-web", createPlatform());
 */
export async function showState(
  options: InputOptions,
  address: string,
  platform: Platform,
): Promise<StateDetail> {
  const { view } = await open(options, platform);
  throwDamage(view, [managerOf(address)]);
  const record = view.record(address);
  // Only a record can be shown, so places above one are not suggested.
  if (!record) throw notInState([address], view, { withPlaces: false });
  if (record.kind !== "agent") return entryOf(record, platform.cwd);
  const keys = [...view.fingerprints(address)].map(([key, fingerprint]) => ({
    key,
    known: isFingerprint(fingerprint),
    imported: fingerprint === IMPORTED ? true : undefined,
  }));
  return { ...entryOf(record, platform.cwd), keys: keys.sort((a, b) => (a.key < b.key ? -1 : 1)) };
}

/**
 * Forgets resources without touching any manager: each address, and all below it. From then on they are not owned.
 * Throws `nothing-matched`, and forgets nothing, if an address is not in the state.
 *
 * @example
 * const { removed } = await removeFromState({ files: ["tokyo.yaml"] }, ["tokyo/client/old"], createPlatform());
 */
export async function removeFromState(
  options: InputOptions & LockWait,
  addresses: readonly string[],
  platform: Platform,
): Promise<{ readonly removed: readonly string[] }> {
  return auditedOnState(
    { ...options, command: "state rm" },
    platform,
    (own) => performRemoveFromState(options, addresses, own),
    ({ removed: addresses }) => ({ addresses }),
  );
}

async function performRemoveFromState(
  options: InputOptions & LockWait,
  addresses: readonly string[],
  platform: Platform,
): Promise<{ readonly removed: readonly string[] }> {
  const { storage } = await locateState(options, platform);
  const lock = lockOptions({ ...options, command: "state rm" }, platform);
  const lost = await lostAmong(addresses, storage);
  const left = addresses.filter((address) => !lost.includes(address));
  const removed = left.length === 0 ? [] : await removeRecords(left, storage, lock, platform);
  const gone = [...removed];
  for (const manager of lost) {
    if (!(await storage.forget?.(manager, lock))) throw writtenMeanwhile(manager, gone);
    gone.push(manager);
  }
  return { removed: gone.sort() };
}

/** The managers among these addresses that the state lists, and has nothing of: their part was never written, or is lost. */
async function lostAmong(addresses: readonly string[], storage: Storage): Promise<readonly string[]> {
  if (storage.forget === undefined) return [];
  const lost: string[] = [];
  for (const manager of await managersAt(addresses, storage))
    if (addresses.includes(manager) && !(await isThere(manager, storage))) lost.push(manager);
  return lost;
}

async function isThere(manager: string, storage: Storage): Promise<boolean> {
  try {
    return (await storage.read(manager)) !== undefined;
  } catch (error) {
    return !(error instanceof HiddenPartError || error instanceof ForeignDocumentError);
  }
}

function writtenMeanwhile(manager: string, gone: readonly string[]): DiagnosticError {
  return failure({
    code: "state-locked",
    summary: `a run wrote the state of ${manager} meanwhile, so it was not removed${gone.length === 0 ? "" : `; removed were ${gone.join(", ")}`}`,
    remedy: `check it with ${suggest("state", "list")}, and remove it again if you still want that`,
    address: manager,
  });
}

async function removeRecords(
  addresses: readonly string[],
  storage: Storage,
  lock: LockRequest,
  platform: Platform,
): Promise<readonly string[]> {
  const managers = await managersAt(addresses, storage);
  return withOpenState({ ...lock, storage, managers }, async (state) => {
    throwDamage(state, addresses.map(managerOf));
    const covered = (address: string) =>
      [...state.records()].map((record) => record.address).filter((each) => isWithin(each, address));
    const missing = addresses.filter((address) => covered(address).length === 0);
    if (missing.length > 0) throw notInState(missing, state);
    const removed = [...new Set(addresses.flatMap(covered))].sort();
    // Without the record, nothing would name the files that a killed delivery left.
    const { fileSystem } = platform;
    await removeStaleDrafts({ state, delivery: createDelivery({ fileSystem }), report: platform.report });
    for (const address of removed) state.drop(address);
    await state.flush();
    return removed;
  });
}

/**
 * Removes a lock whose run has ended, or keeps a state as an interrupted copy left it. Throws `nothing-matched` if no
 * lock is held, and `state-locked` if only others are held.
 *
 * @example
 * const holder = await unlockState({ files: ["tokyo.yaml"] }, "3f9c2a", createPlatform());
 */
export async function unlockState(
  options: InputOptions,
  id: string,
  platform: Platform,
): Promise<HeldLockEntry> {
  return auditedOnState({ ...options, command: "state unlock" }, platform, (own) =>
    performUnlockState(options, id, own),
  );
}

async function performUnlockState(
  options: InputOptions,
  id: string,
  platform: Platform,
): Promise<HeldLockEntry> {
  const { storage } = await locateState(options, platform);
  const run = lockOptions({ command: "state unlock" }, platform);
  const given = await giveUpPut(id, storage, run);
  if (given !== undefined) return given;
  const held: HeldLockEntry[] = [];
  for (const manager of await storage.managers()) {
    const [lock] = await heldLock(storage, manager, run);
    if (lock?.id === id && (await storage.unlock(manager, id, run)) !== undefined) return lock;
    if (lock !== undefined && lock.id !== id) held.push(lock);
  }
  throw held.length > 0 ? otherLocks(id, held, storage) : noLock(id, storage);
}

function noLock(id: string, { location }: Storage): DiagnosticError {
  return failure({
    code: "nothing-matched",
    summary: `no lock of ${location} has the ID ${id}: nobody holds one`,
    remedy: `if the run used another state, name that with \`-f\` or \`--state\`; ${suggest("state", "list")} shows the locks`,
  });
}

function otherLocks(id: string, held: readonly HeldLockEntry[], { location }: Storage): DiagnosticError {
  return new DiagnosticError(
    held.map(({ manager, id: other, who, since }) => ({
      code: "state-locked",
      severity: "error",
      summary: `no lock of ${location} has the ID ${id}: that of ${manager} is ${other}, and ${who} has held it since ${since}`,
      remedy: `if that run has certainly ended: ${suggest("state", "unlock", other)}`,
    })),
  );
}

async function open(
  options: InputOptions,
  platform: Platform,
): Promise<{ readonly storage: Storage; readonly view: PartitionedView }> {
  const { storage } = await locateState(options, platform);
  const { clock } = platform;
  return { storage, view: await readState({ storage, report: reporter(platform), isShown: true, clock }) };
}

function reporter(platform: Platform): (diagnostic: Diagnostic) => void {
  return (diagnostic) => platform.report({ type: "diagnostic", diagnostic });
}

function entryOf(record: StateRecord, cwd: string): StateEntry {
  const { address, kind } = record;
  if (kind === "agent") return { address, kind, detail: { keys: record.count } };
  if (kind === "manager") return { address, kind, detail: { url: record.url, host: record.host } };
  if (kind === "rebuild") {
    const { replaces, since, finished } = record;
    return { address, kind, detail: { replaces, since, finished } };
  }
  if (!("generation" in record)) return { address, kind, detail: {} };
  const { generation, status, issuedAt, deliveredTo } = record;
  const places = deliveredTo?.map((place) => shownPlace(place, ({ absolute }) => absolute, cwd));
  const known = { issuedAt, deliveredTo: places };
  return { address, kind, detail: { generation, status, ...known } };
}

export function notInState(
  addresses: readonly string[],
  state: StateView,
  candidates: Candidates = {},
): DiagnosticError {
  const known = [...state.records()].map(({ address }) => address);
  return new DiagnosticError(
    addresses.map(
      (address) =>
        emptyPart(address, known, state) ??
        notAnAddress(address, known, candidates) ?? {
          code: "nothing-matched",
          severity: "error",
          summary: `the state holds nothing at ${address}`,
          remedy: `${meantAddress(address, known, candidates)}\`jp1im state list\` shows every address in it`,
        },
    ),
  );
}

/** The answer for a manager that was moved away, or forgotten. */
function emptyPart(address: string, known: readonly string[], state: StateView): Diagnostic | undefined {
  const isPart = managerOf(address) === address && state.serial(address) > 0;
  if (!isPart || known.some((each) => isWithin(each, address))) return undefined;
  return {
    code: "nothing-matched",
    severity: "error",
    summary: `nothing of ${address} is recorded any more; its part of the state is empty, and stays, because its serial goes on`,
    remedy: "nothing has to be done",
  };
}
