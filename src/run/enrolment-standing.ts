import type { FileSystem } from "../platform/file-system";
import type { IssuedRecord, StateRecord } from "../state/port";

/** How far an enrolment has got. */
export type EnrolmentStanding =
  /** The secret is in its sink; `toBeRecorded` where a crash came before the record of it. */
  | { readonly is: "delivered"; readonly toBeRecorded: boolean; readonly issuedAt?: string }
  /** It was asked for, and is not in its sink: not any more, where it `wasDelivered`. */
  | { readonly is: "asked"; readonly wasDelivered: boolean }
  | { readonly is: "new" };

/**
 * Judges by the record and by the files that the sinks write, where they write any. A delivery puts a file there whole
 * and never over another one; so one that is there after we asked is ours. Without a record, as where an image brings
 * the secret along, the files alone decide.
 */
export async function standingOf(
  record: StateRecord | undefined,
  files: readonly (string | undefined)[],
  fileSystem: FileSystem,
): Promise<EnrolmentStanding> {
  const issued: IssuedRecord | undefined = record?.kind === "client" ? record : undefined;
  const paths = files.filter((path) => path !== undefined);
  const there = await Promise.all(paths.map((path) => hasContent(path, fileSystem)));
  const allThere = there.every(Boolean);
  const isProof = allThere && paths.length === files.length;
  if (issued?.status === "delivered" && allThere) {
    const { issuedAt } = issued;
    return { is: "delivered", toBeRecorded: false, ...(issuedAt !== undefined && { issuedAt }) };
  }
  if (isProof) return { is: "delivered", toBeRecorded: issued !== undefined };
  return issued === undefined ? { is: "new" } : { is: "asked", wasDelivered: issued.status === "delivered" };
}

async function hasContent(path: string, fileSystem: FileSystem): Promise<boolean> {
  return fileSystem.stat(path).then(
    ({ type, size }) => type === "file" && size > 0,
    () => false,
  );
}
