/** Key lists are asked for far more often than they change, and agents made alike start out with the same keys. */
export interface SecretTemplate {
  readonly entries: ReadonlyMap<string, string>;
  /** The answer of *list the keys*, once it has been asked for. */
  listed?: string;
}

/**
 * The secrets of one agent: the template that agents of one group share, and over it what has changed since.
 * A large fleet so costs memory for what differs only. Each content keeps its serialised key list.
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

  /** Those of the template first, the others in the order of their creation. */
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
    // Overwriting changes no key, so that the list stays good.
    if (!this.has(key)) {
      this.#size += 1;
      this.#listed = undefined;
    } else this.#listed ??= this.#shared();
    this.#changed.set(shared(key), value);
  }

  /** Of a key that is there. */
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

  /** The template's list, as long as it is this agent's too. */
  #shared(): string | undefined {
    if (this.#changed.size > 0) return undefined;
    this.template.listed ??= serialise(this.template.entries);
    return this.template.listed;
  }
}

/** Agents by the thousand hold the same keys, and so the same lists: each text is kept once. */
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
