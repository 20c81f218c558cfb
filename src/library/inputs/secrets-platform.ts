import { createOnce } from "../../secrets/once";
import type { SecretsPlatform } from "../../secrets/sources/source";
import { createVaultFetch } from "../../secrets/vault/fetch";
import type { Platform } from "../platform";

/** The part of the platform that sources and sinks may use, and what they share, such as a login to a vault. */
export function secretsPlatformOf({
  env,
  cwd,
  fileSystem,
  report,
  signal,
}: Platform): Omit<SecretsPlatform, "runProgram" | "pause"> {
  const reported = new Set<string>();
  return {
    env,
    fileSystem,
    cwd,
    signal,
    once: createOnce(),
    vaultFetch: createVaultFetch(env, (server, { description }) => {
      if (reported.has(server)) return;
      reported.add(server);
      report({ type: "route", address: server, route: description });
    }),
  };
}
