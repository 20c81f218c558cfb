/** Decides which files at sinks are owned. A place is owned once we wrote there; other files belong to others. */
import { failure } from "../model/diagnostic";
import { SecretValue } from "../model/secret-value";
import { shellCommand } from "../model/shell-command";
import { type DeclaredPlace, isFileRecordedAs, isSamePath, type RecordedFile } from "../model/sink-place";
import type { FileOwnership, FileToWrite, Fingerprints } from "../secrets/port";
import type { FileWriting, IssuedRecord, StateRecord, StateStore } from "../state/port";

/** Decides by the records of one resource, or of all generations of a client. */
export function ownershipOf(records: readonly IssuedRecord[], fingerprints: Fingerprints): FileOwnership {
  return {
    isOurs: async (declared, content) => {
      if (records.flatMap(ownFiles).some((file) => isFileRecordedAs(declared, file))) return true;
      const writings = records.flatMap(({ address, writing = [] }) =>
        writing.filter((file) => isFileRecordedAs(declared, file)).map((file) => ({ ...file, address })),
      );
      if (writings.length === 0) return false;
      const text = (await content()).toString("utf8");
      // An empty file that was about to be written is our claim to its name, and has no content of others.
      if (text === "") return true;
      return writings.some(({ address, fingerprint }) => {
        return fingerprints.value(address, new SecretValue(text)) === fingerprint;
      });
    },
  };
}

/** The other resources than that of `own` whose secret was delivered to a file. */
export function* otherOwnersOf(
  declared: DeclaredPlace,
  own: readonly IssuedRecord[],
  records: Iterable<StateRecord>,
): Generator<IssuedRecord> {
  for (const record of records) if (isOtherOwner(record, declared, own)) yield record;
}

function isOtherOwner(
  record: StateRecord,
  declared: DeclaredPlace,
  own: readonly IssuedRecord[],
): record is IssuedRecord {
  if (record.kind !== "client" && record.kind !== "initial-secret") return false;
  if (own.some(({ address }) => address === record.address)) return false;
  return ownFiles(record).some((file) => isFileRecordedAs(declared, file));
}

/** The files that are owned, whatever their content. */
export function ownFiles({ places = [], status, issue, deliveredTo }: IssuedRecord): readonly RecordedFile[] {
  // Old versions recorded a path as text, without an issue, before they wrote the file: that proves no ownership.
  const isWritten = issue !== undefined || status === "delivered" || deliveredTo !== undefined;
  return isWritten || status === "imported" ? places : places.filter((place) => typeof place !== "string");
}

/**
 * The record of a starting delivery. It identifies the future content of its files, so that they are recognised if a
 * crash prevents the record of their writing; files that already have owned content are owned from now on.
 */
function recordBeforeDelivery(
  record: IssuedRecord,
  files: readonly FileToWrite[],
  fingerprints: Fingerprints,
): IssuedRecord {
  const { places = [], writing: earlier = [], ...rest } = record;
  const own = union(
    places,
    files.filter(({ isOurs }) => isOurs).map(({ file }) => file),
  );
  const now = files.map(
    ({ file, text }): FileWriting => ({ ...file, fingerprint: fingerprints.value(record.address, text) }),
  );
  const others = earlier.filter((file) => !now.some((each) => isSamePath(each, file)));
  const writing = [...others, ...now];
  return {
    ...rest,
    places: own.length > 0 ? own : undefined,
    writing: writing.length > 0 ? writing : undefined,
  };
}

/**
 * Records the start of a delivery durably before its first file is written. `own` are the records of the resource, or
 * of all generations of a client.
 */
export function beginDelivery(
  record: IssuedRecord,
  own: readonly IssuedRecord[],
  state: StateStore,
  fingerprints: Fingerprints,
): Required<FileOwnership>["begin"] {
  return async (files) => {
    state.put(recordBeforeDelivery(record, files, fingerprints));
    // An owned file was released when it became owned.
    const released = files.flatMap(({ declared, isOurs }) =>
      isOurs ? [] : releaseFile(declared, own, state),
    );
    await state.flush([record.manager, ...released]);
  };
}

/**
 * A file belongs to the resource that wrote it last. Otherwise a former owner could write to it again, and overwrite
 * the only copy of its present secret. Returns the managers of former owners.
 */
function releaseFile(declared: DeclaredPlace, own: readonly IssuedRecord[], state: StateStore): string[] {
  const others = [...otherOwnersOf(declared, own, state.records())];
  requireReleasable(others.find(({ manager }) => !state.mayWrite(manager)));
  for (const { places = [], ...rest } of others) {
    const left = places.filter((file) => !isFileRecordedAs(declared, file));
    state.put({ ...rest, places: left.length > 0 ? left : undefined });
  }
  return others.map(({ manager }) => manager);
}

/**
 * Throws a `DiagnosticError` if the file has an owner whose record the run cannot change, because it does not hold the
 * lock of its manager's state.
 */
export function requireReleasable(lockedOwner: IssuedRecord | undefined): void {
  if (lockedOwner === undefined) return;
  const { address, manager } = lockedOwner;
  throw failure({
    code: "sink-unwritable",
    summary: `the state knows the file at this sink as that of ${address}, and this run does not write the state of ${manager}`,
    remedy: `run again without --manager and --target, or with ${shellCommand("--manager", manager)} as well; if ${manager} is no longer declared, run \`${shellCommand("jp1im", "state", "rm", address)}\``,
  });
}

/** Each file once. */
export function union(
  files: readonly RecordedFile[],
  more: readonly RecordedFile[],
): readonly RecordedFile[] {
  const known = [...files];
  for (const file of more) if (!known.some((each) => isSame(each, file))) known.push(file);
  return known;
}

function isSame(one: RecordedFile, other: RecordedFile): boolean {
  if (typeof one === "string" || typeof other === "string") return one === other;
  return isSamePath(one, other);
}
