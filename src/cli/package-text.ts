import { damagedInstallation } from "../model/damaged-installation";
import { failure } from "../model/diagnostic";
import { fileFault } from "../platform/file-fault";
import { readPackageFile } from "../platform/package-files";

/** The text of a file that ships with this package. Throws a `DiagnosticError` if it cannot be read. */
export function packageText(path: string): string {
  try {
    return readPackageFile(path).toString();
  } catch (error) {
    throw failure(damagedInstallation(path, fileFault(error)), { cause: error });
  }
}
