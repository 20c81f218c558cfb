import { basename } from "node:path";
import { isSea } from "node:sea";
import { damagedInstallation } from "../model/damaged-installation";
import { ExitCode } from "../model/exit-code";
import { errorCode } from "../platform/error-code";
import { fileFault } from "../platform/file-fault";
import { loadBundle } from "../platform/load-bundle";
import { readPackageFile } from "../platform/package-files";

/**
 * Loads a bundle of the command line, which is beside this file or inside the single executable. Ends the process if
 * that fails: what reports other errors may be in the same bundle. No command changes anything before both are loaded.
 */
export function loadProgram<T>(file: string): T {
  try {
    return loadBundle<T>(file, (path) => readPackageFile(`dist/cli/${basename(path)}`));
  } catch (error) {
    const why = errorCode(error) === undefined ? "it is not the program that was built" : fileFault(error);
    const { summary, code, remedy } = damagedInstallation(isSea() ? process.execPath : file, why);
    const stack = process.argv.includes("--debug") ? `debug: ${(error as Error).stack}\n` : "";
    process.stderr.write(`${stack}error: ${summary} [${code}]\n  → ${remedy}\n`);
    process.exit(ExitCode.failure);
  }
}
