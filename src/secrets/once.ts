/** Does each piece of work once for all callers; a failure is remembered like a result. */
export function createOnce(): <T>(key: string, work: () => Promise<T>) => Promise<T> {
  const known = new Map<string, Promise<unknown>>();
  return <T>(key: string, work: () => Promise<T>) => {
    const result = known.get(key) ?? work();
    known.set(key, result);
    // A key names one kind of work, with one type.
    return result as Promise<T>;
  };
}
