import type { OpenState } from "../../state/open-state";

/** Throws what is wrong with the managers' parts of the state, for those who need them whole. */
export function throwDamage({ damaged }: Pick<OpenState, "damaged">, managers: Iterable<string>): void {
  for (const manager of managers) {
    const error = damaged.get(manager);
    if (error !== undefined) throw error;
  }
}
