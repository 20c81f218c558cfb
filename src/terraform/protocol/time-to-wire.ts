/** `ms` is in milliseconds since the epoch. */
export function timeToWire(ms: number): object {
  return { seconds: Math.floor(ms / 1000), nanos: (ms % 1000) * 1_000_000 };
}
