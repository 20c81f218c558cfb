import { createHash } from "node:crypto";

/** The keys of an agent's list, with values that are computed once for all agents with the same list. */
export class KeyList {
  readonly #listed: readonly string[];
  #keys: ReadonlySet<string> | undefined;
  #others: { readonly declared: ReadonlySet<string>; readonly keys: readonly string[] } | undefined;
  #digest: string | undefined;

  private constructor(listed: readonly string[]) {
    this.#listed = listed;
  }

  /** Agents with the same keys often share one array, which the decoder of answers returns again. */
  static of(listed: readonly string[]): KeyList {
    let known = knownLists.get(listed);
    if (known === undefined) {
      known = new KeyList(listed);
      knownLists.set(listed, known);
    }
    return known;
  }

  get keys(): ReadonlySet<string> {
    this.#keys ??= new Set(this.#listed);
    return this.#keys;
  }

  /** The keys that are not declared. */
  others(declared: ReadonlySet<string>): readonly string[] {
    if (this.#others?.declared !== declared)
      this.#others = { declared, keys: this.#listed.filter((key) => !declared.has(key)) };
    return this.#others.keys;
  }

  /** Identifies a set of keys in little space: a plan may have ten thousand agents with a thousand keys. */
  get digest(): string {
    this.#digest ??= `sha256:${createHash("sha256")
      .update(JSON.stringify([...this.#listed].sort()))
      .digest("hex")}`;
    return this.#digest;
  }
}

const knownLists = new WeakMap<readonly string[], KeyList>();
