import { isManagerName } from "../model/address";
import { type DiagnosticError, failure } from "../model/diagnostic";
import type { PartitionCopy, StateCopy } from "./copied-state";
import type { CheckedCopy } from "./copy-conflicts";
import { type LoadedLog, loadLog } from "./log/load-log";
import { holdsRecords, holdsResources } from "./read-partition";

/**
 * Checks a copy, because it may come from anywhere and its names become paths. Throws a `DiagnosticError`
 * (`copy-unreadable`) if no version of this tool can have written it.
 */
export function requireSoundCopy({ lineage, managers }: StateCopy): CheckedCopy {
  if (!/^[0-9a-f]{32}$/.test(lineage)) throw unreadableCopy("it has no lineage");
  const sound = new Map<string, PartitionCopy>();
  const keyIds = new Set<string>();
  for (const [manager, part] of managers) {
    const log = requireSoundLog(manager, part, lineage);
    if (log === undefined) continue;
    sound.set(manager, part);
    if (holdsResources(log) && log.header.keyId !== "") keyIds.add(log.header.keyId);
  }
  return { lineage, managers: sound, keyIds };
}

/** Returns `undefined` for a part to leave out. */
function requireSoundLog(
  manager: string,
  { serial, log, kept }: PartitionCopy,
  lineage: string,
): LoadedLog | undefined {
  const name = JSON.stringify(manager);
  const loaded = loadLog(log, { file: `the copy's ${manager}` }, undefined);
  if (isIgnoredPart(manager, loaded, kept)) return undefined;
  if (!isManagerName(manager)) throw unreadableCopy(`${name} is not the name of a manager`);
  for (const file of kept.keys())
    if (!/^[A-Za-z0-9][A-Za-z0-9_-]{0,127}$/.test(file))
      throw unreadableCopy(`${name} has a kept secret with the name ${JSON.stringify(file)}`);
  const { header, contents } = loaded;
  if (header.lineage !== lineage) throw unreadableCopy(`the part of ${name} belongs to another state`);
  if (contents.serial !== serial)
    throw unreadableCopy(`the part of ${name} is not at the serial that it claims`);
  return loaded;
}

/** An empty part under an invalid manager name. An earlier version could leave one after a rename. */
export function isIgnoredPart(manager: string, log: LoadedLog, kept: PartitionCopy["kept"]): boolean {
  return !isManagerName(manager) && kept.size === 0 && !holdsRecords(log);
}

function unreadableCopy(why: string): DiagnosticError {
  return failure({
    code: "copy-unreadable",
    summary: `the copy cannot be put anywhere: ${why}`,
    remedy: "make a new one with `jp1im state pull`",
  });
}
