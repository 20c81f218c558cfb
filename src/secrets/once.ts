/** Does each piece of work once for all callers; a failure is remembered like a result. */
export function createOnce(): <T>(key: string, work: () => Promise<T>) => Promise<T> {
  const known = new Map<string, Promise<unknown>>();
  return <T>(key: string, work: () => Promise<T>) => {
    const found = known.get(key) ?? work();
    known.set(key, found);
    // A key names one kind of work, with one type.
    return found as Promise<T>;
  };
}
