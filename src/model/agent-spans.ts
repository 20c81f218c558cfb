/** The secrets of agents in a list of changes, which may have a million of them: agent by agent, not change by change. */
import { agentAddress, managerOf, parseAddress } from "./address";
import { secretsPlace } from "./address-text";
import type { Change } from "./change";

/** Changes of one agent's secrets that stand together in a list. */
export interface AgentSpan {
  /** The agent's address. */
  readonly agent: string;
  /** The index of the first one. */
  readonly start: number;
  /** The key of each. */
  readonly keys: readonly string[];
}

interface OrderedSpans {
  readonly spans: readonly AgentSpan[];
  readonly isSorted: boolean;
}

const spansOfChanges = new WeakMap<readonly Change[], OrderedSpans>();

/** Keeps what the maker of a list knows about it, so that its addresses are not parsed. The list is sorted by address. */
export function noteAgentSpans(changes: readonly Change[], spans: readonly AgentSpan[]): void {
  spansOfChanges.set(changes, { spans, isSorted: true });
}

/** Whether the maker of a list sorted it by address. */
export function isKnownAsSorted(changes: readonly Change[]): boolean {
  return spansOfChanges.get(changes)?.isSorted === true;
}

/** In the order of the list. */
export function agentSpans(changes: readonly Change[]): readonly AgentSpan[] {
  const known = spansOfChanges.get(changes);
  if (known) return known.spans;
  const spans = findSpans(changes);
  spansOfChanges.set(changes, { spans, isSorted: false });
  return spans;
}

/** The changes that are not about the secrets of agents. */
export function* changesBeside(changes: readonly Change[]): Generator<Change> {
  let next = 0;
  for (const { start, keys } of agentSpans(changes)) {
    for (; next < start; next++) yield changes[next] as Change;
    next = start + keys.length;
  }
  for (; next < changes.length; next++) yield changes[next] as Change;
}

/** The managers of the changes that `counts` accepts. */
export function managersOfChanges(
  changes: readonly Change[],
  counts: (change: Change) => boolean = () => true,
): Set<string> {
  const managers = new Set<string>();
  for (const change of changesBeside(changes)) if (counts(change)) managers.add(managerOf(change.address));
  for (const { agent, start, keys } of agentSpans(changes)) {
    const manager = managerOf(agent);
    if (!managers.has(manager) && changes.slice(start, start + keys.length).some(counts))
      managers.add(manager);
  }
  return managers;
}

function findSpans(changes: readonly Change[]): readonly AgentSpan[] {
  const spans: (AgentSpan & { readonly keys: string[] })[] = [];
  for (const [index, { address }] of changes.entries()) {
    const latest = spans.at(-1);
    const isNext = latest && latest.start + latest.keys.length === index;
    const plain = isNext ? plainKey(secretsPlace(latest.agent), address) : undefined;
    if (isNext && plain !== undefined) {
      latest.keys.push(plain);
      continue;
    }
    const addressed = parseAddress(address);
    if (addressed?.kind !== "secret") continue;
    const agent = agentAddress(addressed.manager, addressed.agent);
    if (isNext && latest.agent === agent) latest.keys.push(addressed.key);
    else spans.push({ agent, start: index, keys: [addressed.key] });
  }
  return spans;
}

/** The key of a secret below a place; `undefined` if it has escapes, which may be wrong. */
function plainKey(place: string, address: string): string | undefined {
  const key = address.startsWith(place) ? address.slice(place.length) : "";
  return key === "" || /[/%]/.test(key) ? undefined : key;
}
