import { SecretValue } from "../../model/secret-value";
import type { FileSystem } from "../../platform/file-system";
import type { Fingerprints } from "../../secrets/port";
import type { FileWriting, IssuedRecord } from "../../state/port";

/**
 * Takes what was about to be written to files from one key to another: of a file that holds just that, by its content. Any
 * other is none of ours, whatever the key.
 */
export async function convertWritings(
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
