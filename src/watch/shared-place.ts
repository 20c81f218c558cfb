import type { InputOptions } from "../library/inputs/inputs";
import { stateSettings } from "../library/inputs/state-settings";
import type { Platform } from "../library/platform";
import { type StatePlace, statePlace } from "../library/state/place";
import type { DesiredState } from "../model/desired-state";

/** The place of a state in a database, opened once: cycles that go side by side share its few connections. */
export class SharedPlace {
  readonly #options: InputOptions;
  readonly #platform: Platform;
  #settings: string | undefined;
  #place: Promise<StatePlace> | undefined;

  constructor(options: InputOptions, platform: Platform) {
    this.#options = options;
    this.#platform = platform;
  }

  /** `undefined` for a state elsewhere, which each cycle opens for itself. */
  async of(desired: DesiredState): Promise<StatePlace | undefined> {
    if (stateSettings(this.#options, desired, this.#platform)?.at !== "postgres") return undefined;
    const settings = JSON.stringify(desired.state);
    if (settings !== this.#settings) this.#place = undefined;
    this.#settings = settings;
    this.#place ??= this.#open(desired);
    return this.#place;
  }

  #open(desired: DesiredState): Promise<StatePlace> {
    const place = statePlace(this.#options, desired, this.#platform);
    // A certificate that cannot be read now may be there at the next cycle.
    place.catch(() => {
      this.#place = undefined;
    });
    return place;
  }
}
