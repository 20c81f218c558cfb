import type { Addressed } from "../model/address";
import type { DesiredClient, DesiredManager } from "../model/desired-state";
import { isOfTemplate } from "../model/id-template";
import { isSameHost } from "../model/limits";
import { mayMatch } from "./agent-secrets/selection";

/** Whether a manager declares what an address names, or may: which agents a selector matches is for the manager to say. */
export function declares(manager: DesiredManager, addressed: Addressed): boolean {
  switch (addressed.kind) {
    case "client":
      return manager.clients.some((client) => isOf(client, addressed.id));
    case "lower-manager":
      return manager.lowerManagers.some(({ host }) => isSameHost(host, addressed.host));
    case "initial-secret":
      return manager.initialSecret !== undefined;
    case "secret":
      return manager.agents.some(
        ({ selector, secrets }) => secrets.has(addressed.key) && mayMatch(selector, addressed.agent),
      );
    default:
      return false;
  }
}

function isOf({ id, template }: DesiredClient, wanted: string): boolean {
  return id === wanted || (template !== undefined && isOfTemplate(template.text, wanted));
}
