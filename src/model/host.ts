/** Compares host names without case. */
export function isSameHost(a: string | undefined, b: string): boolean {
  return a?.toLowerCase() === b.toLowerCase();
}
