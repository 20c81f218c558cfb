import { priorStates } from "../../engine/prior-state";
import type { Diagnostic } from "../../model/diagnostic";
import type { StateView } from "../../state/port";
import { readState } from "../../state/read-state";
import type { prepareRun } from "../plan";
import type { Platform } from "../platform";
import type { StatePlace } from "../state/state-place";
import { type Recorded, readKeptSecrets } from "./kept-secrets";
import { nameStateIn } from "./state-in-remedies";

type Reading = Pick<ReturnType<typeof prepareRun>, "fingerprints" | "recovery">;

/** What is recorded, as it was when a run began or last wrote: read once for all plans. */
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

  /** Once something was written. */
  forget(): void {
    this.#latest = undefined;
  }

  /** The run begins now: what is recorded from here on and not by the run is another one's at the same time. */
  begin(): void {
    this.#first ??= this.latest();
    // An error is reported to each caller of `latest`.
    this.#first.catch(() => {});
  }

  /** Absent where it did not begin, or where that could not be read. */
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
