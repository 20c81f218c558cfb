import { resolve } from "node:path";
import type { ConnectionOptions } from "node:tls";
import { failure } from "../../model/diagnostic";
import type { PostgresTls } from "../../model/postgres-address";
import { fileFault } from "../../platform/file-fault";
import type { FileSystem } from "../../platform/file-system";

/**
 * Node's TLS settings for an `sslmode`, with libpq's meaning: `require` also checks the authority if one is named.
 * Without `sslrootcert` the authorities are Node's. Rejects with a `DiagnosticError` (`state-unreachable`).
 */
export async function tlsOptions(
  { mode, rootCert, cert, key }: PostgresTls,
  folder: string,
  fileSystem: FileSystem,
): Promise<ConnectionOptions | false> {
  if (mode === "disable") return false;
  const read = async (path: string) =>
    fileSystem.readFile(resolve(folder, path)).catch((error) => {
      throw unreadable(path, error);
    });
  const named = rootCert !== undefined && rootCert !== "system" ? { ca: await read(rootCert) } : {};
  const own = { cert: cert ? await read(cert) : undefined, key: key ? await read(key) : undefined };
  const isChecked = mode !== "require" || "ca" in named;
  return { ...named, ...own, rejectUnauthorized: isChecked, ...(mode !== "verify-full" && anyName) };
}

/** A shared object, so that settings that are read again compare as equal. */
const anyName = { checkServerIdentity: () => undefined };

function unreadable(path: string, error: unknown) {
  return failure({
    code: "state-unreachable",
    summary: `${path}, which the URL of the state names, cannot be read: ${fileFault(error)}`,
    remedy: "correct the path in the URL",
  });
}
