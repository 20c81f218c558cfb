import type { OpenState } from "../../state/open-state";

/** Throws the faults of the managers' parts, for callers that need complete parts. */
export function throwDamage({ damaged }: Pick<OpenState, "damaged">, managers: Iterable<string>): void {
  for (const manager of managers) {
    const error = damaged.get(manager);
    if (error !== undefined) throw error;
  }
}
