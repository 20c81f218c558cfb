import { resolve } from "node:path";
import { runProgram } from "./exec/program";
import type { Outside } from "./sources/source";
import { vaultFetch } from "./vault/fetch";

/** The machine as it is, but for what is handed in. */
export function outside(
  own: Partial<Outside> & Pick<Outside, "fileSystem"> & { readonly environment?: Outside["environment"] },
): Outside {
  return { environment: {}, runProgram, vaultFetch, workingFolder: resolve("."), ...own };
}
