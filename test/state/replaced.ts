/** An object with some of its methods replaced, wherever the others come from. */
export function replaced<T extends object>(target: T, own: Partial<T>): T {
  return new Proxy(target, {
    get: (_, name) => {
      const found: unknown = Reflect.get(name in own ? own : target, name);
      return typeof found === "function" ? found.bind(target) : found;
    },
  });
}
