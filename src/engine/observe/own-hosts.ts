/** The hosts that agents report to and that are not lower managers: the manager's own, in lower case. */
export function ownHosts(hosts: Iterable<string>, lowerManagers: readonly string[]): Set<string> {
  const below = new Set(lowerManagers.map((each) => each.toLowerCase()));
  return new Set([...hosts].map((each) => each.toLowerCase()).filter((each) => !below.has(each)));
}
