/** Names of one place, grouped by reason; the result has their number and the first few names. Most places have none. */
export class NamesByReason<Reason extends string> {
  #names: Map<Reason, string[]> | undefined;

  add(reason: Reason, name: string): void {
    this.#names ??= new Map();
    const names = this.#names.get(reason);
    if (names) names.push(name);
    else this.#names.set(reason, [name]);
  }

  list(address: string) {
    return [...(this.#names ?? [])].map(([reason, names]) => ({
      address,
      reason,
      count: names.length,
      names: names.sort().slice(0, NAMES_SHOWN),
    }));
  }
}

const NAMES_SHOWN = 5;
