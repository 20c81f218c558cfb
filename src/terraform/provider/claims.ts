import type { DeliveryPlaces } from "../../library/manager-run/delivery-places";
import type { DesiredManager } from "../../model/desired-state";
import type { Diagnostic } from "../../model/diagnostic";

/** What each resource has planned, in one walk of Terraform's: it plans one that it replaces twice, under the same token. */
export class Claims {
  readonly #holders = new Map<string, string>();
  readonly #delivered = new Map<string, Promise<readonly Diagnostic[]>>();
  readonly #places: DeliveryPlaces;

  constructor(places: DeliveryPlaces) {
    this.#places = places;
  }

  /** False where another resource was first. */
  claim(address: string, token: string): boolean {
    const holder = this.#holders.get(address) ?? token;
    this.#holders.set(address, holder);
    return holder === token;
  }

  /** Whether another resource has it by now: one that was renamed without a `moved` block is destroyed and created, in either order. */
  isTakenOver(address: string, token: string): boolean {
    const holder = this.#holders.get(address);
    return holder !== undefined && holder !== token;
  }

  /** An error for each place of a resource's secrets to which another resource delivers. */
  deliver(part: DesiredManager, token: string): Promise<readonly Diagnostic[]> {
    const known = this.#delivered.get(token) ?? this.#places.take(part);
    this.#delivered.set(token, known);
    return known;
  }
}
