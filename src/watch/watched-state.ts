import type { InputOptions } from "../library/inputs/inputs";
import { stateSettings } from "../library/inputs/state-settings";
import type { Platform } from "../library/platform";
import { keptKeyOfNewState } from "../library/state/state-key";
import { type StatePlace, statePlace } from "../library/state/state-place";
import type { DesiredState, PostgresStateSettings } from "../model/desired-state";
import type { Diagnostic } from "../model/diagnostic";
import type { WatchMode } from "../model/watch";
import { collectDiagnostics } from "./collect-diagnostics";
import { MemorySchedule } from "./memory-schedule";
import { PostgresSchedule } from "./postgres-schedule";
import type { Schedule } from "./schedule";

export interface OpenedState {
  /**
   * The shared place if the state is in a database, where parallel cycles share its few connections, or on a git
   * branch, where they share their pushes, which would otherwise compete. Otherwise each cycle opens the state
   * itself; on an HTTP server, so that it reads the login again.
   */
  readonly place?: StatePlace | undefined;
  readonly schedule: Schedule;
  /** Warnings about the place and its key. */
  readonly warnings: readonly Diagnostic[];
}

/**
 * The state that a watch works on, and the schedule of its managers. They are opened together, and again when the
 * desired state names another place: a schedule at the old place would hand out managers that a replica at the new
 * place has.
 */
export class WatchedState {
  readonly #options: InputOptions & { readonly mode: WatchMode };
  readonly #platform: Platform;
  #settings: string | undefined;
  #opened: Promise<OpenedState> | undefined;

  constructor(options: InputOptions & { readonly mode: WatchMode }, platform: Platform) {
    this.#options = options;
    this.#platform = platform;
  }

  /**
   * Rejects with a `DiagnosticError`, and tries again at the next call: an unreadable certificate may be readable by
   * then.
   */
  of(desired: DesiredState): Promise<OpenedState> {
    const settings = JSON.stringify(desired.state);
    if (settings !== this.#settings) this.#opened = undefined;
    this.#settings = settings;
    this.#opened ??= this.#open(desired).catch((error: unknown) => {
      this.#opened = undefined;
      throw error;
    });
    return this.#opened;
  }

  async #open(desired: DesiredState): Promise<OpenedState> {
    const { platform, diagnostics: warnings } = collectDiagnostics(this.#platform);
    const place = await statePlace(this.#options, desired, platform);
    // Several managers will be written at the same time, and they share one key.
    if (this.#options.mode === "apply") await keptKeyOfNewState(place, platform);
    const settings = stateSettings(this.#options, desired, platform);
    if (settings?.at === "postgres") return { place, schedule: await this.#shared(settings), warnings };
    const schedule = new MemorySchedule(platform.clock);
    return { place: settings?.at === "git" ? place : undefined, schedule, warnings };
  }

  /** Replicas of one mode share it, so that one that only compares takes no turn from those that apply. */
  async #shared(settings: PostgresStateSettings): Promise<Schedule> {
    const { clock, random, user, host, pid } = this.#platform;
    const { mode } = this.#options;
    const { connectStateDatabase } = await import("../library/state/postgres-place.js");
    const { state } = settings.address;
    return PostgresSchedule.open({
      database: await connectStateDatabase(settings, this.#platform),
      // No state has such a name.
      state: mode === "apply" ? state : `${state}/${mode}`,
      holder: `${user}@${host} ${pid}`,
      ...{ clock, random },
    });
  }
}
