import { ManualClock } from "../platform/manual-clock";

/** Time that passes only while everybody sleeps, and then at once: a day of waiting takes no time. */
export class VirtualClock extends ManualClock {
  #runs = false;

  override sleep(ms: number, signal?: AbortSignal): Promise<void> {
    const slept = super.sleep(ms, signal);
    void this.#run();
    return slept;
  }

  async #run(): Promise<void> {
    if (this.#runs) return;
    this.#runs = true;
    await this.advanceWhileAnybodySleeps();
    this.#runs = false;
  }
}
