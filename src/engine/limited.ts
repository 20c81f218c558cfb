/**
 * Works on the items with at most `limit` at a time, taking them from the iterable only as places become free.
 * If one rejects, no further item is started; after those in flight have ended, it rejects with the first reason.
 */
export async function forEachLimited<T>(
  items: Iterable<T>,
  limit: number,
  work: (item: T) => Promise<void>,
): Promise<void> {
  const iterator = items[Symbol.iterator]();
  let failure: { readonly reason: unknown } | undefined;
  const worker = async () => {
    while (!failure) {
      const next = iterator.next();
      if (next.done) return;
      try {
        await work(next.value);
      } catch (reason) {
        failure ??= { reason };
      }
    }
  };
  await Promise.all(Array.from({ length: Math.max(1, limit) }, worker));
  if (failure) throw failure.reason;
}

/** The items in arrays of at most `size`. */
export function* chunks<T>(items: readonly T[], size: number): Generator<readonly T[]> {
  for (let start = 0; start < items.length; start += size) yield items.slice(start, start + size);
}

/** The items in turns: the first one of every place, then the second ones, and so on. */
export function inTurns<T>(items: readonly T[], placeOf: (item: T) => string): Iterable<T> {
  const places = new Map<string, T[]>();
  for (const item of items) {
    const place = placeOf(item);
    const others = places.get(place);
    if (others) others.push(item);
    else places.set(place, [item]);
  }
  return places.size > 1 ? firstOfEach([...places.values()]) : items;
}

function* firstOfEach<T>(places: readonly (readonly T[])[]): Generator<T> {
  let open = places;
  for (let turn = 0; open.length > 0; turn += 1) {
    for (const place of open) yield place[turn] as T;
    open = open.filter((place) => place.length > turn + 1);
  }
}
