import { resolve } from "node:path";
import { setTimeout } from "node:timers/promises";
import { runProgram } from "./exec/program";
import { createOnce } from "./once";
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
    pause,
    once: createOnce(),
    workingFolder: resolve("."),
    ...own,
    environment,
  };
}

async function pause(ms: number): Promise<void> {
  await setTimeout(ms);
}
