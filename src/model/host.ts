/** Host names are the same whatever their case. */
export function isSameHost(a: string | undefined, b: string): boolean {
  return a?.toLowerCase() === b.toLowerCase();
}
