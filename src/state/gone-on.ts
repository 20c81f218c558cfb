/** A migration that was interrupted, and went on at the new place before it was finished. */
import type { StateCopy } from "./copied-state";
import { isPut, type Place } from "./copy-conflicts";
import type { LoadedLog } from "./log/load-log";
import type { LockRequest, Storage } from "./storage";

type Places = ReadonlyMap<string, Place>;

/**
 * The parts that are newer in the new place, and stay as they are there. None where another part is older there: both places were worked
 * on, and nobody but a person can say which is the right one.
 */
export function partsGoneOn({ managers }: StateCopy, places: Places): Map<string, LoadedLog> {
  const newer = new Map<string, LoadedLog>();
  for (const [manager, part] of managers) {
    const place = places.get(manager);
    const there = place?.loaded;
    if (there === undefined || isPut(part, place)) continue;
    if (there.contents.serial <= part.serial) return new Map();
    newer.set(manager, there);
  }
  return newer;
}

export function without(managers: ReadonlyMap<string, unknown>, copy: StateCopy): StateCopy {
  return { ...copy, managers: new Map([...copy.managers].filter(([manager]) => !managers.has(manager))) };
}

export function reportGoneOn(
  { managers }: StateCopy,
  goneOn: ReadonlyMap<string, LoadedLog>,
  { storage, report }: Pick<LockRequest, "report"> & { readonly storage: Storage },
): void {
  if (goneOn.size === 0) return;
  const parts = [...goneOn].map(
    ([manager, { contents }]) =>
      `${manager} (serial ${contents.serial}, and ${managers.get(manager)?.serial} where it was)`,
  );
  report({
    code: "state-conflict",
    severity: "warning",
    summary: `${storage.location} holds a newer state of ${parts.join(", ")}, which stays as it is there`,
    remedy: "nothing has to be done where that is the place that was worked on since",
  });
}
