import type { DesiredManager } from "../../model/desired-state";
import type { Diagnostic } from "../../model/diagnostic";
import { Spellings } from "../spellings";

/** Warns of each declared host that the manager lists in another spelling; hosts are compared, and sent, as the list spells them. */
export function lowerManagersSpelledOtherwise(
  { lowerManagers }: DesiredManager,
  listed: readonly string[],
): Diagnostic[] {
  const hosts = new Spellings();
  for (const host of listed) hosts.add(host);
  return lowerManagers.flatMap(({ host, position }) => hosts.differing(host, "lower manager", position));
}
