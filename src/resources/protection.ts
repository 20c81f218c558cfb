import { wildcard } from "./agent-secrets/selection";

/** What `policy.protect` says about one resource. */
export interface Protection {
  /**
   * The first pattern that protects the resource; `undefined` if none does. `name` is its client ID, host or key,
   * absent for an initial secret; the address is built only if a pattern needs it.
   */
  patternOf(name: string | undefined, address: () => string): string | undefined;
}

/**
 * A pattern with a slash matches addresses: like a target, it covers everything below, and its `*` matches any
 * characters, including slashes. Any other pattern matches names.
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

/** The address and all places above it. */
function placesOf(address: string): string[] {
  const segments = address.split("/");
  return segments.map((_segment, index) => segments.slice(0, segments.length - index).join("/"));
}
