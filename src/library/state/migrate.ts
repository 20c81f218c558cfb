import { managerAddress } from "../../model/address";
import { failure } from "../../model/diagnostic";
import type { StatePut } from "../../model/state-listing";
import { holdWhole, releaseAll } from "../../state/hold-all";
import { interruptedRekey } from "../../state/key-of-state";
import { partsUnderOtherKey } from "../../state/key-rule";
import { isHeldHere } from "../../state/lock/held-here";
import { putState } from "../../state/put-state";
import { findState } from "../../state/read-state";
import type { LockRequest, Storage } from "../../state/storage";
import { auditedOnState } from "../audit/audited";
import type { InputOptions } from "../inputs/inputs";
import type { Platform } from "../platform";
import { warnOfKey, wholeState } from "./copies";
import { hiddenStateNote, locateState, placeToWrite } from "./locate-state";
import { type LockWait, lockOptions } from "./locked";
import { atNamedPlace } from "./named-place";

/** `state` names the new place; by default the desired state names it. */
export interface MigrateOptions extends InputOptions, LockWait {
  /** The present place, in the form of `--state`. */
  readonly from: string;
}

/**
 * Copies a state from one place to another while no run can write to either. The original stays. Throws a
 * `DiagnosticError` (`state-conflict`) and writes nothing if the new place has another state, or anything newer.
 *
 * @example
 * const { managers } = await migrateState({ files: ["tokyo.yaml"], from: ".jp1im" }, createPlatform());
 */
export async function migrateState(options: MigrateOptions, platform: Platform): Promise<StatePut> {
  return auditedOnState(
    { ...options, command: "state migrate" },
    platform,
    (own) => performMigrateState(options, own),
    ({ managers }) => ({ addresses: managers.map(({ manager }) => managerAddress(manager)) }),
  );
}

async function performMigrateState(options: MigrateOptions, platform: Platform): Promise<StatePut> {
  const { files, from, state: to } = options;
  const lock = (own: Platform) => lockOptions({ ...options, command: "state migrate" }, own);
  const atSource = <T>(work: (own: Platform) => Promise<T>) => atNamedPlace(from, platform, work);
  const atTarget = <T>(work: (own: Platform) => Promise<T>) => atNamedPlace(to, platform, work);
  const { storage: source } = await atSource((own) => locateState({ files, state: from }, own, noSource));
  const place = await atTarget((own) => placeToWrite(options, own));
  const { storage } = place;
  if (storage.location === source.location) throw samePlace(storage);
  const held = await atSource((own) => holdWhole({ ...lock(own), storage: source }));
  try {
    if (await atTarget((own) => isSamePlace(source, storage, held.keys(), lock(own))))
      throw samePlace(storage);
    const copy = await atSource(async () => {
      await requireOneKey(source);
      const whole = await wholeState(source, { held: held.keys(), whenMissing: noSource });
      // Makes sure that no other run wrote to it meanwhile.
      for (const each of held.values()) await each.requireHeld();
      return whole;
    });
    const origin = { from, fromAnywhere: source.location };
    return await atTarget(async (own) => {
      const managers = await putState(copy, { ...lock(own), storage, origin });
      await warnOfKey(place, own);
      return { location: storage.location, from: source.location, managers };
    });
  } finally {
    await releaseAll(held.values());
  }
}

/** A copy has the key of its parts, so it would lose an interrupted rekey. */
async function requireOneKey(source: Storage): Promise<void> {
  const { known, loaded } = await findState({ storage: source, report: () => {} });
  const behind = partsUnderOtherKey(known, loaded);
  if (behind.length > 0) throw interruptedRekey(source, behind);
}

/** Whether both names mean the same place. The target then shows the locks that this run just took in the source. */
async function isSamePlace(
  source: Storage,
  target: Storage,
  held: Iterable<string>,
  run: LockRequest,
): Promise<boolean> {
  for (const manager of held) {
    const there = await target.holder(manager, run);
    return (
      there !== undefined && isHeldHere(there.id) && (await source.holder(manager, run))?.id === there.id
    );
  }
  return false;
}

function noSource({ location }: Pick<Storage, "location">) {
  return failure({
    code: "state-unreadable",
    summary: `there is no state at ${location}`,
    remedy: `name the place where the state is now: jp1im state migrate FROM TO${hiddenStateNote(location)}`,
  });
}

function samePlace({ location }: Storage) {
  return failure({
    code: "usage",
    summary: `the state is in ${location} already: FROM and TO are the same place`,
    remedy: "name the place where it is, and then the one where it is to be: jp1im state migrate FROM TO",
  });
}
