import { failure } from "../../model/diagnostic";
import { type DeclaredPlace, isFileRecordedAs } from "../../model/sink-place";
import type { FileSystem } from "../../platform/file-system";
import type { IssuedRecord, StateRecord, StateView } from "../../state/port";

/** How far an enrolment has got. */
export type EnrolmentProgress =
  /** The secret is in its sink; `toBeRecorded` if a crash prevented the record of it. */
  | { readonly is: "delivered"; readonly toBeRecorded: boolean; readonly issuedAt?: string | undefined }
  /** It was requested and is not in its sink; with `wasDelivered`, it no longer is. */
  | { readonly is: "asked"; readonly wasDelivered: boolean }
  | { readonly is: "new" };

/**
 * Decides by the record and by the files of the sinks, if they write any. A file that exists after a delivery began
 * may be owned, which the delivery itself checks; before that it belongs to others. Without a record, as when an
 * image includes the secret, only the files decide.
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
    return { is: "delivered", toBeRecorded: false, issuedAt };
  }
  if (isProof) return { is: "delivered", toBeRecorded: issued !== undefined };
  return issued === undefined ? { is: "new" } : { is: "asked", wasDelivered: issued.status === "delivered" };
}

/**
 * A symlink does not count as a delivered file, whatever its target: the delivery refuses it, like every other
 * delivery.
 */
async function hasContent(path: string, fileSystem: FileSystem): Promise<boolean> {
  return fileSystem.lstat(path).then(
    ({ type, size }) => type === "file" && size > 0,
    () => false,
  );
}

/** Refuses a file with the delivered secret of another client's enrolment. */
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
