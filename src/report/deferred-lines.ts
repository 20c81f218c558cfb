import { parseAddress, placesAbove } from "../model/address";
import type { DeferredChange } from "../model/change";
import { isSameHost } from "../model/host";
import type { Plan } from "../model/plan";
import type { DescribedSelector, OpenSelector } from "../model/selector";
import { visible, visibleName } from "../model/visible";
import { placeLines } from "./not-planned-lines";
import type { Paint } from "./paint";

/** Keys shown of one agent. */
const NAMES_SHOWN = 5;

/** Deferred changes, grouped by what will be done, and the selectors whose agents are not known yet. */
export function deferredLines({ deferred, open_selectors }: Plan, paint: Paint): string[] {
  const written = deferred.filter(({ action }) => action === "write");
  const deletions = deferred.filter(({ action }) => action === "delete");
  const [deleted, moved] = [deletions.filter(isBelow), deletions.filter((each) => !isBelow(each))];
  return [
    ...titled("written, unless there as last written", agentLines(written, paint)),
    ...titled("deleted: ours, and no longer declared", agentLines(deleted, paint)),
    ...titled("deleted once what may replace it there is written", agentLines(moved, paint)),
    ...titled("what selectors match there, which shows only then", selectorLines(open_selectors, "deferred")),
  ];
}

/** Whether the agent itself is below the lower manager that the change waits for. */
function isBelow({ address, after }: DeferredChange): boolean {
  const [secret, lower] = [parseAddress(address), parseAddress(after)];
  if (secret?.kind !== "secret" || lower?.kind !== "lower-manager") return true;
  return isSameHost(secret.agent.managerHost, lower.host);
}

/** The selectors whose agents only the manager could tell. */
export function unlistedSelectorLines({ open_selectors }: Plan): string[] {
  return selectorLines(open_selectors, "not-listed");
}

function titled(title: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : [`  ${title}`, ...lines];
}

function agentLines(changes: readonly DeferredChange[], paint: Paint): string[] {
  const agents = new Map<string, string[]>();
  for (const { address } of changes) {
    const addressed = parseAddress(address);
    const [, , agent = address] = placesAbove(address);
    const keys = agents.get(agent) ?? [];
    agents.set(agent, keys);
    keys.push(addressed?.kind === "secret" ? addressed.key : address);
  }
  const places = [...agents].map(([address, keys]) => ({
    address,
    names: keys.slice(0, NAMES_SHOWN),
    count: keys.length,
  }));
  return placeLines(places, paint, "    ");
}

function selectorLines(selectors: readonly OpenSelector[], reason: OpenSelector["reason"]): string[] {
  return selectors
    .filter((selector) => selector.reason === reason)
    .map((selector) => `    ${visibleName(selector.address)}  ${visible(selectorWords(selector))}`);
}

/** A selector in the words of the desired state. */
export function selectorWords({ match, manager_host, os, addons }: DescribedSelector): string {
  return [
    `match ${JSON.stringify(match)}`,
    ...(manager_host === undefined ? [] : [`managerHost ${JSON.stringify(manager_host)}`]),
    ...(os === undefined ? [] : [`os ${os}`]),
    ...(addons === undefined ? [] : [`addons ${addons.join(", ")}`]),
  ].join(", ");
}
