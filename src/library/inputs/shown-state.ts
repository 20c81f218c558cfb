import type { DesiredState } from "../../model/desired-state";
import { formatPostgresUrl } from "../../model/postgres-address";
import type { Platform } from "../platform";
import { type InputOptions, portableFolder, stateFolder } from "./inputs";
import { stateSettings } from "./state-settings";

/**
 * The state's place as a plan names it, as far as it is known before the state is opened. Throws `usage` for an
 * invalid place.
 */
export async function shownState(
  options: InputOptions,
  desired: Pick<DesiredState, "state"> | undefined,
  platform: Platform,
): Promise<string> {
  const settings = stateSettings(options, desired, platform);
  switch (settings?.at) {
    case "git":
      return `git+${settings.remote ?? "origin"}#${settings.branch}`;
    case "http":
      return settings.address;
    case "postgres":
      return formatPostgresUrl(settings.address);
    default: {
      const folder = await stateFolder(options, desired, platform);
      return portableFolder(folder, options, desired, platform.cwd);
    }
  }
}
