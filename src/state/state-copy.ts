/** Reads a whole state as one value, which `state pull` writes, and `state push` and `state migrate` put in a place. */
import { isManagerName } from "../model/address";
import { type Diagnostic, DiagnosticError, failure } from "../model/diagnostic";
import { suggest } from "../model/shell-command";
import { type Clock, systemClock } from "../platform/clock";
import type { PartitionCopy, StateCopy } from "./copied-state";
import { type LoadedLog, loadLog } from "./log/load-log";
import { readConsistently } from "./read-consistently";
import { logPlace, partOfAnotherState, requireOwnRecords } from "./read-partition";
import { isIgnoredPart } from "./require-sound-copy";
import { isSameIdentity } from "./state-identity";
import type { Storage } from "./storage";
import { changedMeanwhile, requireFinished } from "./unfinished-put";

export interface CopyOptions {
  /** Managers whose locks the run holds. The copy has only their parts. */
  readonly held?: Iterable<string> | undefined;
  readonly clock?: Clock;
}

/**
 * Copies the present state. Rejects with a `DiagnosticError` (`state-corrupted`, `state-unreadable`,
 * `state-unfinished`, `state-locked`) if a part is damaged, or if a copy was put there or a manager was renamed
 * meanwhile, because a copy must be complete.
 */
export async function copyState(
  storage: Storage,
  { held, clock = systemClock }: CopyOptions = {},
): Promise<StateCopy | undefined> {
  const before = await storage.identity(true);
  await requireFinished(before, storage);
  const lineage = before?.lineage;
  const { copy } = await (held
    ? copyParts(storage, [...held], lineage)
    : copyConsistently(storage, clock, lineage));
  const after = await storage.identity(true);
  await requireFinished(after, storage);
  if (!isSameIdentity(before, after)) throw changedMeanwhile(storage);
  return copy;
}

async function copyConsistently(
  storage: Storage,
  clock: Clock,
  lineage: string | undefined,
): Promise<CopiedParts> {
  const { parts, moved } = await readConsistently(
    async () => copyParts(storage, await storage.managers(), lineage),
    storage,
    clock,
  );
  if (moved !== undefined) throw moved;
  return parts;
}

interface CopiedParts {
  readonly copy: StateCopy | undefined;
  readonly loaded: ReadonlyMap<string, LoadedLog>;
}

/** `noted` is the lineage in the state's note. */
async function copyParts(
  storage: Storage,
  names: readonly string[],
  ownLineage: string | undefined,
): Promise<CopiedParts> {
  const managers = new Map<string, PartitionCopy>();
  const parts = new Map<string, LoadedLog>();
  let lineage = ownLineage;
  const damage: Diagnostic[] = [];
  for (const manager of names) {
    try {
      const keptBefore = await copyKept(storage, manager);
      const bytes = await storage.read(manager);
      if (bytes === undefined) continue;
      // From before and after: a secret delivered in between is kept needlessly, but a missing one would be lost.
      const kept = new Map([...keptBefore, ...(await copyKept(storage, manager))]);
      const loaded = loadLog(bytes, logPlace(storage, manager), undefined);
      const { contents, header, length } = loaded;
      parts.set(manager, loaded);
      if (isIgnoredPart(manager, loaded, kept)) continue;
      if (!isManagerName(manager)) throw misnamed(manager, storage.location);
      requireOwnRecords(loaded, manager, storage);
      managers.set(manager, { serial: contents.serial, log: bytes.subarray(0, length), kept });
      lineage ??= header.lineage;
      if (header.lineage !== lineage) throw partOfAnotherState(header.lineage, lineage, manager, storage);
    } catch (error) {
      if (!(error instanceof DiagnosticError)) throw error;
      damage.push(...error.diagnostics);
    }
  }
  if (damage.length > 0) throw new DiagnosticError(damage);
  if (lineage === undefined || managers.size === 0) return { copy: undefined, loaded: parts };
  return { copy: { lineage, managers }, loaded: parts };
}

function misnamed(manager: string, location: string): DiagnosticError {
  return failure({
    code: "copy-unreadable",
    summary: `the state in ${location} has a part with the name ${JSON.stringify(manager)}, which no manager can have, so that a copy of it could not be put anywhere`,
    remedy: `give it the manager's name, then try again: ${suggest("state", "mv", manager, "NAME")}`,
    address: manager,
  });
}

async function copyKept(storage: Storage, manager: string): Promise<ReadonlyMap<string, string>> {
  const files = storage.kept(manager);
  const copies = new Map<string, string>();
  for (const name of [...(await files.list())].sort()) {
    const text = await files.read(name);
    if (text !== undefined) copies.set(name, text);
  }
  return copies;
}
