import type { Reason } from "../model/change";
import type { Policy } from "../model/desired-state";
import type { Kept, KeptReason } from "../model/plan";
import { NamesByReason } from "./names-by-reason";
import { createProtection } from "./protection";

/** What to do with one undeclared resource on the manager. */
export type Verdict =
  | { readonly delete: true; readonly reason: Extract<Reason, "undeclared" | "foreign"> }
  | { readonly delete: false; readonly kept: KeptReason };

/** Decides what is pruned; compiled once per manager and kind. */
export interface Pruner {
  /** `address` is called only if an address pattern needs it. */
  judge(name: string, owned: boolean, address: () => string): Verdict;
}

/**
 * Prunes only owned resources unless the policy says `all`. Resources of the manager or the agent itself, and those
 * that the policy protects, always stay.
 */
export function createPruner(
  policy: Pick<Policy, "prune" | "protect">,
  isReserved: (name: string) => boolean,
): Pruner {
  const protection = createProtection(policy.protect);
  return {
    judge(name, owned, address) {
      if (isReserved(name)) return { delete: false, kept: "reserved" };
      if (protection.patternOf(name, address) !== undefined) return { delete: false, kept: "protected" };
      if (policy.prune === "none") return { delete: false, kept: "prune-none" };
      if (owned) return { delete: true, reason: "undeclared" };
      return policy.prune === "all"
        ? { delete: true, reason: "foreign" }
        : { delete: false, kept: "not-ours" };
    },
  };
}

/** Collects kept resources, by reason and end date. */
export class KeptCollector {
  readonly #open = new NamesByReason<KeptReason>();
  readonly #ending = new Map<string, NamesByReason<KeptReason>>();

  add(reason: KeptReason, name: string, until?: string): void {
    let names = until === undefined ? this.#open : this.#ending.get(until);
    if (names === undefined) {
      names = new NamesByReason();
      this.#ending.set(until ?? "", names);
    }
    names.add(reason, name);
  }

  list(address: string): Kept[] {
    const ending = [...this.#ending].flatMap(([until, names]) =>
      names.list(address).map((kept) => ({ ...kept, until })),
    );
    return [...this.#open.list(address), ...ending];
  }
}
