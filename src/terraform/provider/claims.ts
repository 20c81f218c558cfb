import type { DeliveryPlaces } from "../../library/manager-run/delivery-places";
import { agentAddress, parseAddress, secretAddressOn } from "../../model/address";
import type { DesiredManager } from "../../model/desired-state";
import type { Diagnostic } from "../../model/diagnostic";

/** A document that a plan creates, changes or destroys. */
export interface Document {
  readonly isDestroyed?: boolean;
  readonly deletes: ReadonlySet<string>;
  declares(address: string): boolean;
}

/**
 * What each resource plans in one walk of Terraform. Terraform plans a replaced resource twice, with the same token.
 */
export class Claims {
  readonly #holders = new Map<string, string>();
  /** By agent and holder. Agents of one holder can share a set. */
  readonly #keyHolders = new Map<string, Map<string, ReadonlySet<string>>>();
  /** Deletions in progress, by address. */
  readonly #deletions = new Map<string, Promise<unknown>>();
  /** Keys that stay on agents because no resource has to delete them any more. */
  readonly #left = new Set<string>();
  /** By token. */
  readonly #documents = new Map<string, Document>();
  readonly #delivered = new Map<string, Promise<readonly Diagnostic[]>>();
  readonly #places: DeliveryPlaces;

  constructor(places: DeliveryPlaces) {
    this.#places = places;
  }

  /** Returns false if another resource claimed the address first. */
  claim(address: string, token: string): boolean {
    const holder = this.#holders.get(address) ?? token;
    this.#holders.set(address, holder);
    return holder === token;
  }

  /** Claims keys on an agent. Returns the keys that another resource claimed first. */
  claimKeys(agent: string, keys: ReadonlySet<string>, token: string): readonly string[] {
    const holders = this.#keyHolders.get(agent) ?? new Map<string, ReadonlySet<string>>();
    this.#keyHolders.set(agent, holders);
    const others = [...holders].flatMap(([holder, theirs]) => (holder === token ? [] : [theirs]));
    const taken = new Set(others.flatMap((theirs) => [...keys].filter((key) => theirs.has(key))));
    holders.set(token, taken.size === 0 ? keys : new Set([...keys].filter((key) => !taken.has(key))));
    return [...taken];
  }

  /**
   * Runs the deletion of what a resource no longer has. `work` gets the addresses that no other resource has claimed.
   * Without a `moved` block, Terraform destroys and creates a renamed resource in either order or in parallel.
   */
  async release<T>(
    addresses: readonly string[],
    token: string,
    work: (left: ReadonlySet<string>) => Promise<T>,
  ): Promise<T> {
    const left = new Set(addresses.filter((address) => (this.#holderOf(address) ?? token) === token));
    const working = work(left);
    const ended = working.catch(() => undefined);
    for (const address of left) this.#deletions.set(address, ended);
    try {
      return await working;
    } finally {
      for (const address of left) if (this.#deletions.get(address) === ended) this.#deletions.delete(address);
    }
  }

  /**
   * Waits for deletions of the addresses in progress: an apply before their end would see the addresses as existing.
   * Returns false if there were none.
   */
  async waitForDeletions(addresses: Iterable<string>): Promise<boolean> {
    if (this.#deletions.size === 0) return false;
    const deletions = new Set(Array.from(addresses, (address) => this.#deletions.get(address) ?? []).flat());
    await Promise.all(deletions);
    return deletions.size > 0;
  }

  /** Records keys that a destroyed resource intentionally leaves. */
  leave(addresses: readonly string[]): void {
    for (const address of addresses) this.#left.add(address);
  }

  isLeft(address: string): boolean {
    return this.#left.has(address);
  }

  /** Records a document, and returns its addresses that other resources have claimed so far. */
  claimDocument(token: string, document: Document): readonly string[] {
    this.#documents.set(token, document);
    return this.claimed().filter((address) => document.deletes.has(address) || document.declares(address));
  }

  get hasDocuments(): boolean {
    return this.#documents.size > 0;
  }

  /** What any document plans for an address. */
  documentAction(address: string): "deletes" | "declares" | undefined {
    const all = [...this.#documents.values()];
    if (all.some(({ deletes }) => deletes.has(address))) return "deletes";
    return all.some(({ declares }) => declares(address)) ? "declares" : undefined;
  }

  /**
   * Whether another document that stays declares the address. A replacement can exist before Terraform destroys the
   * former document.
   */
  isOfOtherDocument(address: string, token: string): boolean {
    return [...this.#documents].some(
      ([other, { isDestroyed, declares }]) => other !== token && !isDestroyed && declares(address),
    );
  }

  /** The addresses that resources other than documents claimed. */
  claimed(): readonly string[] {
    const keys = [...this.#keyHolders].flatMap(([agent, holders]) =>
      [...holders.values()].flatMap((held) => Array.from(held, (key) => secretAddressOn(agent, key))),
    );
    return [...this.#holders.keys(), ...keys];
  }

  /** Returns an error for each place of the resource's secrets that another resource delivers to. */
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
