const INSPECT = Symbol.for("nodejs.util.inspect.custom");

/** Of each list: what makes its elements. */
const makers = new WeakMap<readonly unknown[], (index: number) => unknown>();

/**
 * An array that cannot be changed. Each of its elements is made when it is read, and not kept: a list with a million
 * of them takes no memory.
 */
export function lazyList<T>(length: number, at: (index: number) => T): readonly T[] {
  const target: T[] = [];
  const list: readonly T[] = new Proxy(target, new Elements(length, at));
  makers.set(list, at);
  // Node shows the target of a proxy.
  Object.defineProperty(target, INSPECT, { value: () => [...list], configurable: true });
  return list;
}

/** Makes or reads an element of a list, which takes less time than reading it from a list that makes it. */
export function elementsOf<T>(list: readonly T[]): (index: number) => T {
  const at = makers.get(list) as ((index: number) => T) | undefined;
  return at ?? ((index) => list[index] as T);
}

class Elements<T> implements ProxyHandler<T[]> {
  readonly #length: number;
  readonly #at: (index: number) => T;

  constructor(length: number, at: (index: number) => T) {
    this.#length = length;
    this.#at = at;
  }

  get(target: T[], property: string | symbol, list: unknown): unknown {
    if (property === "length") return this.#length;
    if (property === Symbol.iterator) return () => this.#all();
    return this.#isIndex(property) ? this.#at(Number(property)) : Reflect.get(target, property, list);
  }

  has(target: T[], property: string | symbol): boolean {
    return this.#isIndex(property) || Reflect.has(target, property);
  }

  ownKeys(): string[] {
    return [...Array.from({ length: this.#length }, (_, index) => String(index)), "length"];
  }

  getOwnPropertyDescriptor(_target: T[], property: string | symbol): PropertyDescriptor | undefined {
    if (property === "length")
      return { value: this.#length, writable: true, enumerable: false, configurable: false };
    if (!this.#isIndex(property)) return undefined;
    return { value: this.#at(Number(property)), writable: false, enumerable: true, configurable: true };
  }

  set(): boolean {
    return false;
  }

  /** A frozen proxy would have to be like its target, which has no elements. */
  preventExtensions(): boolean {
    return false;
  }

  defineProperty(): boolean {
    return false;
  }

  deleteProperty(): boolean {
    return false;
  }

  *#all(): Generator<T> {
    for (let index = 0; index < this.#length; index++) yield this.#at(index);
  }

  #isIndex(property: string | symbol): boolean {
    if (typeof property === "symbol") return false;
    const index = Number(property);
    return Number.isInteger(index) && index >= 0 && index < this.#length && String(index) === property;
  }
}
