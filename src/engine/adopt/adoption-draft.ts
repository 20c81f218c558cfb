import { isWithin } from "../../model/address";
import type { AdoptedPlace, Adoption, LeftPlace, RefusedAddress } from "../../model/adoption";
import type { Unplanned } from "../../model/plan";

/** The outcome for one declared resource. */
export type Adopting = "imported" | LeftPlace["reason"];

/** Collects what an import finds, in any order, and derives the result for every requested address. */
export class AdoptionDraft {
  readonly #targets: readonly string[];
  readonly #places: { readonly place: AdoptedPlace; readonly became: Adopting }[] = [];
  readonly #unknown: Unplanned[] = [];
  /** By target: the best outcome of any resource in it. */
  readonly #outcomes = new Map<string, Adopting>();

  constructor(targets: readonly string[]) {
    this.#targets = targets;
  }

  add(
    became: Adopting,
    address: string,
    names: readonly string[],
    addressOf: (name: string) => string,
  ): void {
    if (names.length === 0) return;
    this.#places.push({ place: { address, names: [...names].sort() }, became });
    for (const target of this.#targets) {
      if (this.#outcomes.has(target) && became === "not-there") continue;
      if (names.some((name) => isWithin(addressOf(name), target))) this.#outcomes.set(target, became);
    }
  }

  unknown(...unplanned: readonly Unplanned[]): void {
    this.#unknown.push(...unplanned);
  }

  finish(): Adoption {
    const places = this.#places.sort((a, b) => (a.place.address < b.place.address ? -1 : 1));
    const refused = this.#targets.flatMap((address): RefusedAddress[] => {
      const outcome = this.#outcomes.get(address);
      if (outcome === "imported" || outcome === "already-ours") return [];
      return [{ address, reason: this.#refusal(address, outcome) }];
    });
    return {
      imported: places.flatMap(({ place, became }) => (became === "imported" ? [place] : [])),
      left: places.flatMap(({ place, became }) =>
        became === "imported" ? [] : [{ ...place, reason: became }],
      ),
      refused,
      unknown: this.#unknown.sort((a, b) => (a.address < b.address ? -1 : 1)),
    };
  }

  #refusal(target: string, outcome: Adopting | undefined): RefusedAddress["reason"] {
    const isUnknown = this.#unknown.some(
      ({ address }) => isWithin(target, address) || isWithin(address, target),
    );
    if (isUnknown) return "unknown";
    return outcome === "not-there" ? "not-there" : "not-declared";
  }
}
