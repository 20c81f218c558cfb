/** The managers that a run knows without the list of the state's managers. */
export interface DeclaredManagers {
  readonly all: readonly string[];
  /** Those that the run works on. */
  readonly used: readonly string[];
}

/**
 * Finds declared managers that have a part and are not on the list, because the list was lost, or was made again by a
 * run that did not know them. It asks for each manager once, and once more when the list is lost. If there is a list,
 * it asks only for the managers that the run works on.
 */
export class UnlistedParts {
  readonly #declared: DeclaredManagers;
  readonly #hasPart: (manager: string) => Promise<boolean>;
  readonly #absent = new Set<string>();
  #isLost = false;

  constructor(declared: DeclaredManagers, hasPart: (manager: string) => Promise<boolean>) {
    this.#declared = declared;
    this.#hasPart = hasPart;
  }

  async find(listed: readonly string[], isLost: boolean): Promise<readonly string[]> {
    if (isLost && !this.#isLost) this.#absent.clear();
    this.#isLost = isLost;
    const known = new Set([...listed, ...this.#absent]);
    const asked = (isLost ? this.#declared.all : this.#declared.used).filter((name) => !known.has(name));
    const hasPart = await Promise.all(asked.map((name) => this.#hasPart(name)));
    const found = asked.filter((_, index) => hasPart[index]);
    for (const name of asked) if (!found.includes(name)) this.#absent.add(name);
    return found;
  }
}
