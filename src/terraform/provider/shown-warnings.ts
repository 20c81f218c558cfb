/**
 * Warnings about missing answers that Terraform has shown in this walk. A walk reads and plans many resources, and only
 * the first of them shows such a warning.
 */
export class ShownWarnings {
  readonly #facts = new Set<string>();

  /** Returns false if the fact was shown before. */
  isFirst(fact: string): boolean {
    const isNew = !this.#facts.has(fact);
    this.#facts.add(fact);
    return isNew;
  }
}
