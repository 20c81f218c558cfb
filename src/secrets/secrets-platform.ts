import { resolve } from "node:path";
import { setTimeout } from "node:timers/promises";
import { runProgram } from "../platform/run-program";
import { createOnce } from "./once";
import type { SecretsPlatform } from "./sources/source";
import { createVaultFetch } from "./vault/fetch";

/** The machine itself, except for what is passed in. */
export function secretsPlatform(
  own: Partial<SecretsPlatform> &
    Pick<SecretsPlatform, "fileSystem"> & { readonly env?: SecretsPlatform["env"] },
): SecretsPlatform {
  const { env = {} } = own;
  return {
    runProgram,
    vaultFetch: createVaultFetch(env),
    pause,
    once: createOnce(),
    cwd: resolve("."),
    ...own,
    env,
  };
}

async function pause(ms: number): Promise<void> {
  await setTimeout(ms);
}
