import type { InputOptions } from "../library/inputs/inputs";
import { stateSettings } from "../library/inputs/state-settings";
import type { Platform } from "../library/platform";
import type { DesiredState } from "../model/desired-state";
import { MemorySchedule } from "./memory-schedule";
import { PostgresSchedule } from "./postgres-schedule";
import type { Schedule } from "./schedule";

/** Replicas share the schedule through the database that keeps their state. With any other state, the process works alone. */
export async function openSchedule(
  options: InputOptions,
  desired: DesiredState,
  platform: Platform,
): Promise<Schedule> {
  const { clock, random, user, host, pid } = platform;
  const settings = stateSettings(options, desired, platform);
  if (settings?.at !== "postgres") return new MemorySchedule(clock);
  const { connectStateDatabase } = await import("../library/state/postgres-place.js");
  return PostgresSchedule.open({
    database: await connectStateDatabase(settings, platform),
    state: settings.address.state,
    holder: `${user}@${host} ${pid}`,
    ...{ clock, random },
  });
}
