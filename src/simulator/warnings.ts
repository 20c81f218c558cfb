import type { WarningMessage } from "../api/wire";
import type { Behaviours } from "../model/gaps";
import { messages, type WarningId } from "./messages";

/** One message per ID, with its hosts joined by `,` (`deleteLowerManagers` (5.19.3)), or one message for each host. */
export function warningList(
  troubles: Iterable<{ readonly host: string; readonly trouble: WarningId }>,
  { warnings }: Behaviours = {},
): WarningMessage[] {
  if (warnings === "one-for-each-host") {
    return [...troubles].map(({ host, trouble }) => messageOf(trouble, [host]));
  }
  const hosts = new Map<WarningId, string[]>();
  for (const { host, trouble } of troubles) {
    const list = hosts.get(trouble);
    if (list === undefined) hosts.set(trouble, [host]);
    else list.push(host);
  }
  return [...hosts].map(([messageId, names]) => messageOf(messageId, names));
}

function messageOf(messageId: WarningId, hosts: readonly string[]): WarningMessage {
  return { messageId, message: `${messages[messageId].text}: ${hosts.join(",")}` };
}
