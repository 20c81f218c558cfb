import type { InputOptions } from "../library/inputs/inputs";
import { stateSettings } from "../library/inputs/state-settings";
import type { Platform } from "../library/platform";
import type { DesiredState } from "../model/desired-state";
import type { WatchMode } from "../model/watch";
import { MemorySchedule } from "./memory-schedule";
import { PostgresSchedule } from "./postgres-schedule";
import type { Schedule } from "./schedule";

/**
 * Replicas of one mode share the schedule through the database that keeps their state: one that only compares takes no turn from those that
 * apply. With any other state, the process works alone.
 */
export async function openSchedule(
  options: InputOptions & { readonly mode: WatchMode },
  desired: DesiredState,
  platform: Platform,
): Promise<Schedule> {
  const { clock, random, user, host, pid } = platform;
  const settings = stateSettings(options, desired, platform);
  if (settings?.at !== "postgres") return new MemorySchedule(clock);
  const { connectStateDatabase } = await import("../library/state/postgres-place.js");
  const { state } = settings.address;
  return PostgresSchedule.open({
    database: await connectStateDatabase(settings, platform),
    // No state has such a name.
    state: options.mode === "apply" ? state : `${state}/${options.mode}`,
    holder: `${user}@${host} ${pid}`,
    ...{ clock, random },
  });
}
