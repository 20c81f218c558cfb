import type { DeliveryPlaces } from "../../library/manager-run/delivery-places";
import { agentAddress, parseAddress, secretAddressOn } from "../../model/address";
import type { DesiredManager } from "../../model/desired-state";
import type { Diagnostic } from "../../model/diagnostic";

/** A planned document, or its planned destroy. */
export interface Document {
  readonly isDestroyed?: boolean;
  readonly deletes: ReadonlySet<string>;
  declares(address: string): boolean;
}

/**
 * What each resource has planned in one walk of Terraform, which plans a replaced resource twice with the same token.
 */
export class Claims {
  readonly #holders = new Map<string, string>();
  /** By agent and holder: those of many agents are one set. */
  readonly #keyHolders = new Map<string, Map<string, ReadonlySet<string>>>();
  /** What is being deleted, until that has ended. */
  readonly #leaving = new Map<string, Promise<unknown>>();
  /** Keys that are on agents, and that no resource has to delete any more. */
  readonly #left = new Set<string>();
  /** What documents have planned, by their tokens. */
  readonly #documents = new Map<string, Document>();
  readonly #delivered = new Map<string, Promise<readonly Diagnostic[]>>();
  readonly #places: DeliveryPlaces;

  constructor(places: DeliveryPlaces) {
    this.#places = places;
  }

  /** False if another resource was first. */
  claim(address: string, token: string): boolean {
    const holder = this.#holders.get(address) ?? token;
    this.#holders.set(address, holder);
    return holder === token;
  }

  /** The same for keys on an agent. Returns those that another resource claimed first. */
  claimKeys(agent: string, keys: ReadonlySet<string>, token: string): readonly string[] {
    const holders = this.#keyHolders.get(agent) ?? new Map<string, ReadonlySet<string>>();
    this.#keyHolders.set(agent, holders);
    const others = [...holders].flatMap(([holder, theirs]) => (holder === token ? [] : [theirs]));
    const taken = new Set(others.flatMap((theirs) => [...keys].filter((key) => theirs.has(key))));
    holders.set(token, taken.size === 0 ? keys : new Set([...keys].filter((key) => !taken.has(key))));
    return [...taken];
  }

  /**
   * Deletes what a resource no longer has: `work` gets the addresses that no other resource has claimed by now. A
   * resource that is renamed without a `moved` block is destroyed and created, in either order or in parallel.
   */
  async release<T>(
    addresses: readonly string[],
    token: string,
    work: (left: ReadonlySet<string>) => Promise<T>,
  ): Promise<T> {
    const left = new Set(addresses.filter((address) => (this.#holderOf(address) ?? token) === token));
    const working = work(left);
    const ended = working.catch(() => undefined);
    for (const address of left) this.#leaving.set(address, ended);
    try {
      return await working;
    } finally {
      for (const address of left) if (this.#leaving.get(address) === ended) this.#leaving.delete(address);
    }
  }

  /** Waits until none of the addresses is being deleted: an apply before that would see them as existing. */
  async whenReleased(addresses: Iterable<string>): Promise<void> {
    if (this.#leaving.size === 0) return;
    await Promise.all(new Set(Array.from(addresses, (address) => this.#leaving.get(address))));
  }

  /** Waits for what is being deleted of the addresses. False where nothing is. */
  async endOfRelease(addresses: Iterable<string>): Promise<boolean> {
    const leaving = new Set(Array.from(addresses, (address) => this.#leaving.get(address) ?? []).flat());
    await Promise.all(leaving);
    return leaving.size > 0;
  }

  /** Records keys that a destroyed resource intentionally leaves. */
  leave(addresses: readonly string[]): void {
    for (const address of addresses) this.#left.add(address);
  }

  isLeft(address: string): boolean {
    return this.#left.has(address);
  }

  /** Records what a document is about, and returns the addresses that other resources have claimed so far. */
  claimDocument(token: string, document: Document): readonly string[] {
    this.#documents.set(token, document);
    return this.claimed().filter((address) => document.deletes.has(address) || document.declares(address));
  }

  get hasDocuments(): boolean {
    return this.#documents.size > 0;
  }

  /** What a document does about an address. */
  inDocument(address: string): "deletes" | "declares" | undefined {
    const all = [...this.#documents.values()];
    if (all.some(({ deletes }) => deletes.has(address))) return "deletes";
    return all.some(({ declares }) => declares(address)) ? "declares" : undefined;
  }

  /**
   * Whether another document, which stays, declares the address: a replacement exists before the former document is
   * destroyed.
   */
  isOfOtherDocument(address: string, token: string): boolean {
    return [...this.#documents].some(
      ([other, { isDestroyed, declares }]) => other !== token && !isDestroyed && declares(address),
    );
  }

  /** Of all resources but documents. */
  claimed(): readonly string[] {
    const keys = [...this.#keyHolders].flatMap(([agent, holders]) =>
      [...holders.values()].flatMap((held) => Array.from(held, (key) => secretAddressOn(agent, key))),
    );
    return [...this.#holders.keys(), ...keys];
  }

  /** An error for each place of a resource's secrets to which another resource delivers. */
  deliver(part: DesiredManager, token: string): Promise<readonly Diagnostic[]> {
    const known = this.#delivered.get(token) ?? this.#places.take(part);
    this.#delivered.set(token, known);
    return known;
  }

  #holderOf(address: string): string | undefined {
    const addressed = this.#keyHolders.size === 0 ? undefined : parseAddress(address);
    if (addressed?.kind !== "secret") return this.#holders.get(address);
    const holders = this.#keyHolders.get(agentAddress(addressed.manager, addressed.agent)) ?? [];
    return [...holders].find(([, keys]) => keys.has(addressed.key))?.[0];
  }
}
