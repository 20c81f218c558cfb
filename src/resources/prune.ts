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
  #ending: Map<string, NamesByReason<KeptReason>> | undefined;

  add(reason: KeptReason, name: string, until?: string): void {
    (until === undefined ? this.#open : this.#endingAt(until)).add(reason, name);
  }

  list(address: string): readonly Kept[] {
    const open = this.#open.list(address);
    if (this.#ending === undefined) return open;
    const ending = [...this.#ending].flatMap(([until, names]) =>
      names.list(address).map((kept) => ({ ...kept, until })),
    );
    return [...open, ...ending];
  }

  #endingAt(until: string): NamesByReason<KeptReason> {
    this.#ending ??= new Map();
    const names = this.#ending.get(until) ?? new NamesByReason();
    this.#ending.set(until, names);
    return names;
  }
}
