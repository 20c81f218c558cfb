import { resolve } from "node:path";
import { runProgram } from "./exec/program";
import type { Outside } from "./sources/source";
import { createVaultFetch } from "./vault/fetch";

/** The machine as it is, but for what is handed in. */
export function outside(
  own: Partial<Outside> & Pick<Outside, "fileSystem"> & { readonly environment?: Outside["environment"] },
): Outside {
  const { environment = {} } = own;
  return {
    runProgram,
    vaultFetch: createVaultFetch(environment),
    workingFolder: resolve("."),
    ...own,
    environment,
  };
}
