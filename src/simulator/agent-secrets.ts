/** Secrets that agents of one group start with. Key lists are read far more often than they change. */
export interface SecretTemplate {
  readonly entries: ReadonlyMap<string, string>;
  /** The answer of *list the keys*, once it was built. */
  listed?: string;
}

/**
 * The secrets of one agent: the template that agents of one group share, and the changes since. So a large fleet
 * needs memory only for differences. Each content caches its serialised key list.
 */
export class AgentSecrets {
  /** `undefined`: deleted. */
  readonly #changed = new Map<string, string | undefined>();
  #size: number;
  #listed: string | undefined;

  constructor(private readonly template: SecretTemplate) {
    this.#size = template.entries.size;
  }

  get size(): number {
    return this.#size;
  }

  has(key: string): boolean {
    return this.get(key) !== undefined;
  }

  get(key: string): string | undefined {
    const changed = this.#changed.get(key);
    if (changed !== undefined || this.#changed.size === 0) return changed ?? this.template.entries.get(key);
    return this.#changed.has(key) ? undefined : this.template.entries.get(key);
  }

  /** Entries of the template first, the others in the order of their creation. */
  *entries(): IterableIterator<[string, string]> {
    for (const key of this.template.entries.keys()) {
      const value = this.get(key);
      if (value !== undefined) yield [key, value];
    }
    for (const [key, value] of this.#changed) {
      if (value !== undefined && !this.template.entries.has(key)) yield [key, value];
    }
  }

  set(key: string, value: string): void {
    // Overwriting changes no key, so the list stays valid.
    if (!this.has(key)) {
      this.#size += 1;
      this.#listed = undefined;
    } else this.#listed ??= this.#shared();
    this.#changed.set(shared(key), value);
  }

  /** Deletes an existing key. */
  delete(key: string): void {
    this.#size -= 1;
    this.#listed = undefined;
    if (this.template.entries.has(key)) this.#changed.set(key, undefined);
    else this.#changed.delete(key);
  }

  /** The body of `listAgentSecrets` (5.18.3). ASCII only, as every key is. */
  list(): string {
    this.#listed ??= this.#shared() ?? serialise(this.entries());
    return this.#listed;
  }

  /** The template's list, while it is also this agent's list. */
  #shared(): string | undefined {
    if (this.#changed.size > 0) return undefined;
    this.template.listed ??= serialise(this.template.entries);
    return this.template.listed;
  }
}

/** Thousands of agents have the same keys and the same lists: each text is stored once. */
const keys = new Map<string, string>();
const lists = new Map<string, string>();

/** The one copy of a text; all are forgotten when there are too many. */
function shared(text: string, known = keys, max = 100_000): string {
  const copy = known.get(text);
  if (copy !== undefined) return copy;
  if (known.size >= max) known.clear();
  known.set(text, text);
  return text;
}

function serialise(entries: Iterable<readonly [string, string]>): string {
  const parts: string[] = [];
  for (const [key] of entries) parts.push(`{"key":${JSON.stringify(key)},"obfuscated":"","secret":""}`);
  return shared(`{"secrets":[${parts.join(",")}]}`, lists, 100);
}
