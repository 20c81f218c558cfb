import { wildcard } from "./agent-secrets/selection";

/** What `policy.protect` says of one resource. */
export interface Protection {
  /**
   * The first pattern that protects the resource; `undefined` when none does. `name` is its client ID, host or key,
   * absent for an initial secret, which has none; the address is made only where a pattern needs it.
   */
  patternOf(name: string | undefined, address: () => string): string | undefined;
}

/**
 * A pattern with a slash is one of addresses: as a target does, it covers all below what it matches, and its `*`
 * stands for any run of characters, slashes too. Any other pattern is one of names.
 */
export function createProtection(patterns: readonly string[]): Protection {
  const ofAddresses = patterns.filter(isAddressPattern).map(matcher);
  const ofNames = patterns.filter((pattern) => !isAddressPattern(pattern)).map(matcher);
  return {
    patternOf(name, address) {
      const byName = name === undefined ? undefined : ofNames.find(({ test }) => test(name));
      if (byName || ofAddresses.length === 0) return byName?.pattern;
      const places = placesOf(address());
      return ofAddresses.find(({ test }) => places.some(test))?.pattern;
    },
  };
}

function isAddressPattern(pattern: string): boolean {
  return pattern.includes("/");
}

function matcher(pattern: string) {
  return { pattern, test: wildcard(pattern) };
}

/** The address and everything that it lies below. */
function placesOf(address: string): string[] {
  const segments = address.split("/");
  return segments.map((_segment, index) => segments.slice(0, segments.length - index).join("/"));
}
