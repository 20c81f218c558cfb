import type { Diagnostic } from "./diagnostic";

/** Reports that a file of this package is missing, or is not what was built. `why` ends the sentence. */
export function damagedInstallation(file: string, why: string): Diagnostic {
  return {
    code: "installation-damaged",
    severity: "error",
    summary: `${file} is damaged or incomplete: ${why}`,
    remedy: "install jp1im again, the npm package or the executable (docs/installing.md)",
  };
}
