import { declareManager } from "./inputs/declare";
import { ManagerRun, type RunSettings } from "./manager-run/manager-run";
import type { Platform } from "./platform";
import { keptStateKey } from "./state/state-key";
import { statePlace } from "./state/state-place";

export interface RunManagerOptions extends Omit<RunSettings, "place"> {
  /** Folder of the local state; `.jp1im` in the working folder by default. */
  readonly state?: string | undefined;
  /** Names of settings in messages, by path. */
  readonly names?: Readonly<Record<string, string>> | undefined;
}

/**
 * Opens one manager for a caller that plans and applies its resources one by one, like Terraform. It sends nothing
 * before the first call. If there is no state key, it creates one: plans show fingerprints, which must be the same at
 * the apply. Rejects with a `DiagnosticError` for settings that cannot be used.
 *
 * @example
 * const settings = { url: "https://immhost01:20703", auth: { user: "jp1admin", password: { env: "PASSWORD" } } };
 * const run = await runManager({ name: "tokyo", settings }, createPlatform());
 */
export async function runManager(options: RunManagerOptions, platform: Platform): Promise<ManagerRun> {
  const { name, settings, names = {}, state } = options;
  const place = await statePlace({ files: [], state }, undefined, platform);
  const base = await declareManager(name, settings, names, platform, () => place.folder);
  const key = await keptStateKey(place, platform);
  return new ManagerRun(base, { ...options, place }, key, platform);
}
