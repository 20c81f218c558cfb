/** What did not answer in one walk of Terraform's, which reads and plans many resources: a warning about it is shown with the first of them. */
export class Silence {
  readonly #told = new Set<string>();

  /** False where the fact was told before. */
  tell(fact: string): boolean {
    const isNew = !this.#told.has(fact);
    this.#told.add(fact);
    return isNew;
  }
}
