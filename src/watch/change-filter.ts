import type { ManagerCycle } from "../model/watch";

/** Knows how each manager stood last, so that a cycle which finds the same again is not reported again. */
export class ChangeFilter {
  readonly #last = new Map<string, string>();

  /** Whether a cycle tells an operator anything new. */
  isNew(cycle: ManagerCycle): boolean {
    const standing = digestOf(cycle);
    const isSame = this.#last.get(cycle.manager) === standing;
    this.#last.set(cycle.manager, standing);
    return !isSame || cycle.status === "applied";
  }
}

/** Two cycles between which nothing changed have the same. After an apply a manager is in sync, and that is no change. */
function digestOf({ status, found, unknown, vanished, diagnostics }: ManagerCycle): string {
  const problems = diagnostics.map(({ code, address, summary }) => [code, address, summary]);
  if (status === "applied") return JSON.stringify(["in-sync", noChanges, unknown, problems, vanished]);
  return JSON.stringify([status, Object.values(found), unknown, problems, vanished]);
}

const noChanges = [0, 0, 0, 0, 0, 0];
