import { createOnce } from "../../secrets/once";
import type { SecretsPlatform } from "../../secrets/sources/source";
import { createVaultFetch } from "../../secrets/vault/fetch";
import type { Platform } from "../platform";

/** What sources and sinks may see of the machine around a run, and what they share: a login to a vault, say. */
export function secretsPlatformOf({
  env,
  cwd,
  fileSystem,
  report,
}: Platform): Omit<SecretsPlatform, "runProgram" | "pause"> {
  const reported = new Set<string>();
  return {
    env,
    fileSystem,
    cwd,
    once: createOnce(),
    vaultFetch: createVaultFetch(env, (server, { description }) => {
      if (reported.has(server)) return;
      reported.add(server);
      report({ type: "route", address: server, route: description });
    }),
  };
}
