import type { Change } from "../../model/change";
import type { ChangeStatus } from "../../model/outcome";

const STATUSES: readonly ChangeStatus[] = ["applied", "failed", "skipped"];

/**
 * The status of each change of a plan. A plan may have a million changes, so a status is not an object but a byte at
 * the change's index in the list.
 */
export class ChangeStatuses {
  readonly #changes: readonly Change[];
  /** 0 for a change without a known status, else the index of its status plus one. */
  readonly #known: Uint8Array;
  /** The serial of the manager's state that has the result of a change; 0 if the state need not have it. */
  readonly #serials: Float64Array;
  /** By address, for resources that are not in the plan. */
  readonly #others = new Map<string, ChangeStatus>();
  /** Indexes by address; absent if the list is sorted by address, as that of a whole plan is. */
  readonly #places: ReadonlyMap<string, number> | undefined;
  /** The index to try first: changes mostly end in the order of the list. */
  #next = 0;

  constructor(changes: readonly Change[]) {
    this.#changes = changes;
    this.#known = new Uint8Array(changes.length);
    this.#serials = new Float64Array(changes.length);
    if (!isAscending(changes)) this.#places = new Map(changes.map(({ address }, place) => [address, place]));
  }

  set(address: string, status: ChangeStatus, serial = 0): void {
    const place = this.#placeOf(address);
    if (place === undefined) {
      this.#others.set(address, status);
      return;
    }
    this.#known[place] = STATUSES.indexOf(status) + 1;
    this.#serials[place] = serial;
  }

  serialOf(address: string): number {
    const place = this.#placeOf(address);
    return (place !== undefined && this.#serials[place]) || 0;
  }

  get(address: string): ChangeStatus | undefined {
    const place = this.#placeOf(address);
    return place === undefined ? this.#others.get(address) : this.#statusAt(place);
  }

  changeAt(address: string): Change | undefined {
    const place = this.#placeOf(address);
    return place === undefined ? undefined : this.#changes[place];
  }

  #statusAt(place: number): ChangeStatus | undefined {
    return STATUSES[(this.#known[place] ?? 0) - 1];
  }

  #placeOf(address: string): number | undefined {
    if (this.#places) return this.#places.get(address);
    const place = this.#isAt(this.#next, address) ? this.#next : this.#search(address);
    if (!this.#isAt(place, address)) return undefined;
    this.#next = place + 1;
    return place;
  }

  #isAt(place: number, address: string): boolean {
    return this.#changes[place]?.address === address;
  }

  /** The first index whose address does not sort before this one. */
  #search(address: string): number {
    let [low, high] = [0, this.#changes.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#changes[middle]?.address ?? "") < address) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

function isAscending(changes: readonly Change[]): boolean {
  return changes.every(({ address }, place) => place === 0 || (changes[place - 1]?.address ?? "") < address);
}
