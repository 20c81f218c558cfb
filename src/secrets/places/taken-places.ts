import { type Delivered, PlaceCheck, type PlaceCheckContext, type PlaceFault } from "./place-check";

/** The places of secrets that become known one after the other, as to a caller who never sees all declarations at once. */
export class TakenPlaces {
  readonly #check: PlaceCheck;
  #last: Promise<unknown> = Promise.resolve();

  constructor(context: PlaceCheckContext) {
    this.#check = new PlaceCheck(context, {});
  }

  /** Every place of the secret that another one has taken; the others are its own from then on. */
  take(secret: Delivered): Promise<readonly PlaceFault[]> {
    // In turn: two at the same time would both find a place free.
    const taken = this.#last.then(async () => {
      const { faults } = this.#check;
      const before = faults.length;
      await this.#check.addSinks(secret);
      return faults.slice(before);
    });
    this.#last = taken.catch(() => undefined);
    return taken;
  }
}
