/** Key lists are asked for far more often than they change, and agents made alike start out with the same keys. */
export interface SecretTemplate {
  readonly entries: ReadonlyMap<string, string>;
  /** The answer of *list the keys*, once it has been asked for. */
  listed?: string;
}

/**
 * The secrets of one agent. Agents of one group share a template until their first change, and each content
 * keeps its serialised key list, so that a large fleet costs memory for what differs only.
 */
export class AgentSecrets {
  #template: SecretTemplate | undefined;
  #own: Map<string, string> | undefined;
  #listed: string | undefined;

  constructor(template: SecretTemplate) {
    this.#template = template;
  }

  get size(): number {
    return this.#entries.size;
  }

  has(key: string): boolean {
    return this.#entries.has(key);
  }

  get(key: string): string | undefined {
    return this.#entries.get(key);
  }

  entries(): IterableIterator<[string, string]> {
    return this.#entries.entries();
  }

  set(key: string, value: string): void {
    const own = this.#unshare();
    // Overwriting changes no key, so the list stays good.
    if (!own.has(key)) this.#listed = undefined;
    own.set(key, value);
  }

  delete(key: string): boolean {
    this.#listed = undefined;
    return this.#unshare().delete(key);
  }

  /** The body of *list the keys* (5.18.3). ASCII only, as every key is. */
  list(): string {
    const keeper = this.#template;
    if (keeper !== undefined) {
      keeper.listed ??= serialise(keeper.entries);
      return keeper.listed;
    }
    this.#listed ??= serialise(this.#entries);
    return this.#listed;
  }

  get #entries(): ReadonlyMap<string, string> {
    return this.#own ?? this.#template?.entries ?? NONE;
  }

  #unshare(): Map<string, string> {
    if (this.#own === undefined) {
      this.#listed = this.#template?.listed;
      this.#own = new Map(this.#entries);
      this.#template = undefined;
    }
    return this.#own;
  }
}

const NONE: ReadonlyMap<string, string> = new Map();

function serialise(entries: ReadonlyMap<string, string>): string {
  const parts: string[] = [];
  for (const key of entries.keys()) parts.push(`{"key":${JSON.stringify(key)},"obfuscated":"","secret":""}`);
  // One flat string: a rope of a hundred parts would be kept as such, at several times the memory.
  return Buffer.from(`{"secrets":[${parts.join(",")}]}`, "latin1").toString("latin1");
}
