import type { WarningMessage } from "../api/wire";
import { messages, type WarningId } from "./messages";

/** One message per ID, in which its hosts are joined by `,` (`deleteLowerManagers` (5.19.3)). */
export function warningList(
  troubles: Iterable<{ readonly host: string; readonly trouble: WarningId }>,
): WarningMessage[] {
  const hosts = new Map<WarningId, string[]>();
  for (const { host, trouble } of troubles) {
    const list = hosts.get(trouble);
    if (list === undefined) hosts.set(trouble, [host]);
    else list.push(host);
  }
  return [...hosts].map(([messageId, names]) => ({
    messageId,
    message: `${messages[messageId].text}: ${names.join(",")}`,
  }));
}
