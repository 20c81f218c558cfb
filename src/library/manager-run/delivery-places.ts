import { issuesOf } from "../../model/declared";
import type { DesiredManager } from "../../model/desired-state";
import type { Diagnostic } from "../../model/diagnostic";
import { PlaceCheck, type PlaceFault } from "../../secrets/places/place-check";
import type { Platform } from "../platform";

/**
 * The places where parts of managers deliver issued secrets. Two secrets must not share a place, in one part or in
 * several.
 */
export class DeliveryPlaces {
  readonly #check: PlaceCheck;
  #last: Promise<unknown> = Promise.resolve();

  constructor({ env, fileSystem, cwd }: Pick<Platform, "env" | "fileSystem" | "cwd">) {
    this.#check = new PlaceCheck({ env, fileSystem, cwd }, {});
  }

  /**
   * Returns an error for each place that belongs to a secret of an earlier part. The other places belong to this part
   * from now on.
   */
  async take(part: DesiredManager): Promise<readonly Diagnostic[]> {
    // One after the other: two at the same time would both find a place free.
    const taken = this.#last.then(() => this.#add(part));
    this.#last = taken.catch(() => undefined);
    return (await taken).map(({ code, summary, remedy, address }) => ({
      ...{ code, severity: "error", summary },
      remedy,
      address,
    }));
  }

  async #add(part: DesiredManager): Promise<readonly PlaceFault[]> {
    const { faults } = this.#check;
    const before = faults.length;
    for (const { address, id, declared } of issuesOf(part))
      await this.#check.addSinks({ address, id, deliverTo: declared.deliverTo });
    return faults.slice(before);
  }
}
