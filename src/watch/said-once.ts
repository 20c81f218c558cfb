import type { Diagnostic } from "../model/diagnostic";
import type { ManagerCycle } from "../model/watch";

/** What is wrong with the state as a whole would be said again by each of a thousand managers: it is left to the first one. */
export class SaidOnce {
  /** By what is said, the managers that it stops. */
  readonly #stopped = new Map<string, Set<string>>();

  /** The cycle, without what another manager's has said and still stands. */
  shortened(cycle: ManagerCycle): ManagerCycle {
    const { manager, diagnostics } = cycle;
    const texts = new Set(diagnostics.filter(isOfState).map(textOf));
    for (const [text, managers] of this.#stopped) if (!texts.has(text)) managers.delete(manager);
    const isNew = (each: Diagnostic) => !isOfState(each) || this.#isFirst(textOf(each), manager);
    return { ...cycle, diagnostics: diagnostics.filter(isNew) };
  }

  #isFirst(text: string, manager: string): boolean {
    const managers = this.#stopped.get(text) ?? new Set();
    this.#stopped.set(text, managers);
    const [first = manager] = managers;
    managers.add(manager);
    return first === manager;
  }
}

function isOfState({ code }: Diagnostic): boolean {
  return code === "state-unfinished";
}

function textOf({ summary, remedy }: Diagnostic): string {
  return JSON.stringify([summary, remedy]);
}
