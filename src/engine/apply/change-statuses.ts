import { agentAddress, parseAddress, secretAddressOn } from "../../model/address";
import { type AgentSpan, isKnownAsSorted, partsOf } from "../../model/agent-spans";
import type { Change } from "../../model/change";
import type { ChangeStatus } from "../../model/outcome";

const STATUSES: readonly ChangeStatus[] = ["applied", "failed", "skipped"];

const APPLIED = STATUSES.indexOf("applied") + 1;

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
  /** Whether the list is sorted by address, as that of a whole plan is: no address is there twice. */
  readonly #isSorted: boolean;
  /** Indexes by address, without the secrets of agents if the list is sorted. */
  readonly #places = new Map<string, number>();
  /** By the agent's address, if the list is sorted. */
  readonly #spans = new Map<string, AgentSpan>();
  /** The index to try first: changes mostly end in the order of the list. */
  #next = 0;

  constructor(changes: readonly Change[]) {
    this.#changes = changes;
    this.#known = new Uint8Array(changes.length);
    this.#serials = new Float64Array(changes.length);
    this.#isSorted = isKnownAsSorted(changes) || isAscending(changes);
    let index = 0;
    for (const part of this.#isSorted ? partsOf(changes) : changes) {
      if ("agent" in part) this.#spans.set(part.agent, part);
      else this.#places.set(part.address, index);
      index += "agent" in part ? part.keys.length : 1;
    }
  }

  set(address: string, status: ChangeStatus, serial = 0): void {
    const place = this.#placeOf(address);
    if (place === undefined) this.#others.set(address, status);
    else this.#setAt(place, status, serial);
  }

  /** The same for secrets of an agent. */
  setOn(agent: string, keys: readonly string[], status: ChangeStatus, serial: number): void {
    for (const key of keys) {
      const place = this.#placeOn(agent, key);
      if (place === undefined) this.#others.set(secretAddressOn(agent, key), status);
      else this.#setAt(place, status, serial);
    }
  }

  get(address: string): ChangeStatus | undefined {
    const place = this.#placeOf(address);
    return place === undefined ? this.#others.get(address) : this.#statusAt(place);
  }

  serialOf(address: string): number {
    return this.#serialAt(this.#placeOf(address));
  }

  /** The status and the serial of the change at an index of the list. */
  at(index: number): { readonly status: ChangeStatus | undefined; readonly serial: number } {
    const place = this.#isSorted ? index : (this.#places.get(this.#changes[index]?.address ?? "") ?? index);
    return { status: this.#statusAt(place), serial: this.#serialAt(place) };
  }

  isApplied(index: number): boolean {
    return this.#isSorted ? this.#known[index] === APPLIED : this.at(index).status === "applied";
  }

  /** The indexes of the changes at an address. */
  indexesOf(address: string): readonly number[] {
    if (this.#isSorted) return [this.#placeOf(address) ?? []].flat();
    return this.#changes.flatMap((change, index) => (change.address === address ? [index] : []));
  }

  #setAt(place: number, status: ChangeStatus, serial: number): void {
    this.#known[place] = STATUSES.indexOf(status) + 1;
    this.#serials[place] = serial;
  }

  #statusAt(place: number): ChangeStatus | undefined {
    return STATUSES[(this.#known[place] ?? 0) - 1];
  }

  #serialAt(place: number | undefined): number {
    return (place !== undefined && this.#serials[place]) || 0;
  }

  #placeOn(agent: string, key: string): number | undefined {
    const span = this.#spans.get(agent);
    if (!span) return this.#places.get(secretAddressOn(agent, key));
    const next = this.#next - span.start;
    const index = span.keys[next] === key ? next : span.keys.indexOf(key);
    if (index === -1) return undefined;
    this.#next = span.start + index + 1;
    return span.start + index;
  }

  #placeOf(address: string): number | undefined {
    const addressed = this.#spans.size > 0 ? parseAddress(address) : undefined;
    if (addressed?.kind !== "secret") return this.#places.get(address);
    return this.#placeOn(agentAddress(addressed.manager, addressed.agent), addressed.key);
  }
}

function isAscending(changes: readonly Change[]): boolean {
  return changes.every(({ address }, place) => place === 0 || (changes[place - 1]?.address ?? "") < address);
}
