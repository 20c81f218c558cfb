import { failure } from "../../model/diagnostic";
import { type DeclaredPlace, isFileRecordedAs } from "../../model/sink-place";
import type { FileSystem } from "../../platform/file-system";
import type { IssuedRecord, StateRecord, StateView } from "../../state/port";

/** How far an enrolment has got. */
export type EnrolmentProgress =
  /** The secret is in its sink; `toBeRecorded` where a crash came before the record of it. */
  | { readonly is: "delivered"; readonly toBeRecorded: boolean; readonly issuedAt?: string }
  /** It was asked for, and is not in its sink: not any more, where it `wasDelivered`. */
  | { readonly is: "asked"; readonly wasDelivered: boolean }
  | { readonly is: "new" };

/**
 * Judges by the record and by the files that the sinks write, where they write any. One that is there after a delivery
 * began may be ours, for the delivery itself to find out; before that it is somebody else's. Without a record, as where an
 * image brings the secret along, the files alone decide.
 */
export async function progressOf(
  record: StateRecord | undefined,
  files: readonly (string | undefined)[],
  fileSystem: FileSystem,
): Promise<EnrolmentProgress> {
  const issued: IssuedRecord | undefined = record?.kind === "client" ? record : undefined;
  const paths = files.filter((path) => path !== undefined);
  const there = await Promise.all(paths.map((path) => hasContent(path, fileSystem)));
  const allThere = there.every(Boolean);
  const hasBegun = issued?.status !== "issuing" || issued.writing !== undefined;
  const isProof = allThere && paths.length === files.length && hasBegun;
  if (issued?.status === "delivered" && allThere) {
    const { issuedAt } = issued;
    return { is: "delivered", toBeRecorded: false, ...(issuedAt !== undefined && { issuedAt }) };
  }
  if (isProof) return { is: "delivered", toBeRecorded: issued !== undefined };
  return issued === undefined ? { is: "new" } : { is: "asked", wasDelivered: issued.status === "delivered" };
}

/** A symlink is no file that was delivered, whatever it leads to: the delivery refuses it, as every other does. */
async function hasContent(path: string, fileSystem: FileSystem): Promise<boolean> {
  return fileSystem.lstat(path).then(
    ({ type, size }) => type === "file" && size > 0,
    () => false,
  );
}

/** A file that an earlier enrolment of another client was delivered to proves nothing of this one. */
export function refuseOthersFile(
  state: StateView,
  address: string,
  declared: readonly DeclaredPlace[],
): void {
  for (const record of state.records()) {
    if (record.kind !== "client" || record.address === address) continue;
    const files = [...(record.places ?? []), ...(record.writing ?? [])];
    const place = declared.find((each) => files.some((file) => isFileRecordedAs(each, file)));
    if (place === undefined) continue;
    throw failure({
      code: "sink-unwritable",
      summary: `${place.shown} is where the secret of another client was delivered: ${record.address}`,
      remedy: "deliver to another path with --deliver-to",
    });
  }
}
