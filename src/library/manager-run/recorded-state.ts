import { priorStates } from "../../engine/prior-state";
import type { Diagnostic } from "../../model/diagnostic";
import type { StateView } from "../../state/port";
import { readState } from "../../state/read-state";
import type { Platform } from "../platform";
import type { prepareRun } from "../prepare-run";
import type { StatePlace } from "../state/state-place";
import { type Recorded, readKeptSecrets } from "./kept-secrets";
import { nameStateIn } from "./state-in-remedies";

type Reading = Pick<ReturnType<typeof prepareRun>, "fingerprints" | "recovery">;

/** The state as of a run's start or last write, read once for all plans. */
export class RecordedState {
  readonly #place: StatePlace;
  readonly #reading: Reading;
  readonly #report: Platform["report"];
  #latest: Promise<Recorded> | undefined;
  #first: Promise<Recorded> | undefined;

  constructor(place: StatePlace, reading: Reading, report: Platform["report"]) {
    this.#place = place;
    this.#reading = reading;
    this.#report = report;
  }

  latest(): Promise<Recorded> {
    this.#latest ??= this.#read();
    return this.#latest;
  }

  /** Called after a write. */
  forget(): void {
    this.#latest = undefined;
  }

  /**
   * Called at the start of the run: later records that are not the run's own belong to another run at the same time.
   */
  begin(): void {
    this.#first ??= this.latest();
    // An error is reported to each caller of `latest`.
    this.#first.catch(() => {});
  }

  /** Absent if the run did not start, or if the state could not be read. */
  async atBegin(): Promise<StateView | undefined> {
    return (await this.#first?.catch(() => undefined))?.state;
  }

  async #read(): Promise<Recorded> {
    const state = await readState({
      storage: this.#place.storage,
      keyId: this.#reading.fingerprints.keyId,
      mayTakeOver: "part",
      report: (diagnostic: Diagnostic) => this.#report({ type: "diagnostic", diagnostic }),
    }).catch((error) => {
      throw nameStateIn(error, this.#place.location);
    });
    return { state, priors: priorStates(state), kept: await readKeptSecrets(this.#reading.recovery) };
  }
}
