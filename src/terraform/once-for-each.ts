/** Caches the result of `make` for each object. */
export function onceForEach<K extends object, T>(make: (from: K) => T): (from: K) => T {
  const made = new Map<K, T>();
  return (from) => {
    const known = made.get(from) ?? make(from);
    made.set(from, known);
    return known;
  };
}
