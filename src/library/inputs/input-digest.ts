import { createHash } from "node:crypto";
import { findInputFiles } from "../../config/input-files";
import { errorCode } from "../../platform/error-code";
import { DiagnosticList } from "../../yaml/diagnostic-list";
import type { Platform } from "../platform";

/** Digest of the content of `-f` arguments; unreadable files count with their error. Never rejects. */
export async function inputDigest(
  files: readonly string[],
  { cwd, fileSystem }: Pick<Platform, "cwd" | "fileSystem">,
): Promise<string> {
  const hash = createHash("sha256");
  const add = (part: string | Buffer) => hash.update(`${part.length}:`).update(part);
  const diagnostics = new DiagnosticList();
  for (const { path } of await findInputFiles(files, { cwd, fileSystem, diagnostics })) {
    add(path);
    add(await fileSystem.readFile(path).catch((error) => errorCode(error) ?? "unreadable"));
  }
  for (const { summary } of diagnostics.sorted()) add(summary);
  return hash.digest("hex");
}
