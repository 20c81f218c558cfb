/** The secrets of agents in a list of changes, which may have a million of them: agent by agent, not change by change. */
import { agentAddress, managerOf, parseAddress } from "./address";
import { secretsPlace } from "./address-text";
import type { Action, Change } from "./change";
import { elementsOf, lazyList } from "./lazy-list";

/** What a change has in common with changes of other resources. */
export type SharedChange = Pick<Change, "kind" | "action" | "reason">;

/** Changes of one agent's secrets that stand together in a list. */
export interface AgentSpan {
  /** The agent's address. */
  readonly agent: string;
  /** The index of the first one. */
  readonly start: number;
  /** The key of each. */
  readonly keys: readonly string[];
  /** What happens to each. Agents to which the same happens share these two lists. */
  readonly secrets: readonly SharedChange[];
}

interface KnownSpans {
  readonly spans: readonly AgentSpan[];
  readonly isSorted: boolean;
}

const spansOfChanges = new WeakMap<readonly Change[], KnownSpans>();

/** The changes of one agent's secrets, sorted by address. `at` makes the one of a key. */
export function changesOfAgent(
  span: Omit<AgentSpan, "start">,
  at: (index: number) => Change,
): readonly Change[] {
  const changes = lazyList(span.keys.length, at);
  spansOfChanges.set(changes, { spans: [{ ...span, start: 0 }], isSorted: true });
  return changes;
}

/** Lists of changes, one after the other. Together they must be sorted by address. */
export function joinedChanges(lists: readonly (readonly Change[])[]): readonly Change[] {
  const [spans, starts]: [AgentSpan[], number[]] = [[], []];
  let length = 0;
  for (const list of lists) {
    starts.push(length);
    for (const span of agentSpans(list)) spans.push({ ...span, start: span.start + length });
    length += list.length;
  }
  const parts = lists.map((list) => elementsOf(list));
  let latest = 0;
  const changes = lazyList(length, (index) => {
    // Changes are mostly read in their order.
    if (index < (starts[latest] ?? 0) || index >= (starts[latest + 1] ?? length))
      latest = lastUpTo(starts, index);
    return parts[latest]?.(index - (starts[latest] ?? 0)) as Change;
  });
  spansOfChanges.set(changes, { spans, isSorted: true });
  return changes;
}

/** The index of the last of ascending numbers that is not above a number. */
function lastUpTo(numbers: readonly number[], number: number): number {
  let [low, high] = [0, numbers.length - 1];
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((numbers[middle] ?? 0) <= number) low = middle;
    else high = middle - 1;
  }
  return low;
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
  for (const part of partsOf(changes)) if (!("agent" in part)) yield part;
}

/** In the order of the list: the secrets of agents together, and every other change. */
export function* partsOf(changes: readonly Change[]): Generator<AgentSpan | Change> {
  let next = 0;
  for (const span of agentSpans(changes)) {
    for (; next < span.start; next++) yield changes[next] as Change;
    yield span;
    next = span.start + span.keys.length;
  }
  for (; next < changes.length; next++) yield changes[next] as Change;
}

/** The changes that are meant, in the order of the list. Agents to which the same happens are judged once. */
export function* changesThat(
  changes: readonly Change[],
  isMeant: (change: SharedChange) => boolean,
): Generator<Change> {
  const at = elementsOf(changes);
  const judged = new Map<readonly SharedChange[], readonly number[]>();
  for (const part of partsOf(changes)) {
    if (!("agent" in part)) {
      if (isMeant(part)) yield part;
      continue;
    }
    const { secrets, start } = part;
    const meant = judged.get(secrets) ?? secrets.flatMap((secret, index) => (isMeant(secret) ? [index] : []));
    judged.set(secrets, meant);
    for (const index of meant) yield at(start + index);
  }
}

export function countActions(changes: readonly Change[]): Readonly<Record<Action, number>> {
  const counts = { create: 0, update: 0, replace: 0, delete: 0, forget: 0, "no-op": 0 };
  const agents = new Map<readonly SharedChange[], number>();
  for (const part of partsOf(changes)) {
    if ("agent" in part) agents.set(part.secrets, (agents.get(part.secrets) ?? 0) + 1);
    else counts[part.action]++;
  }
  for (const [secrets, count] of agents) for (const { action } of secrets) counts[action] += count;
  return counts;
}

/** The managers of the changes that `counts` accepts. */
export function managersOfChanges(
  changes: readonly Change[],
  counts: (change: SharedChange) => boolean = () => true,
): Set<string> {
  const managers = new Set<string>();
  for (const part of partsOf(changes)) {
    const manager = managerOf("agent" in part ? part.agent : part.address);
    if (managers.has(manager)) continue;
    if ("agent" in part ? part.secrets.some(counts) : counts(part)) managers.add(manager);
  }
  return managers;
}

function findSpans(changes: readonly Change[]): readonly AgentSpan[] {
  const spans: (AgentSpan & { readonly keys: string[]; readonly secrets: SharedChange[] })[] = [];
  for (const [index, change] of changes.entries()) {
    const { address } = change;
    const latest = spans.at(-1);
    const isNext = latest && latest.start + latest.keys.length === index;
    const plain = isNext ? plainKey(secretsPlace(latest.agent), address) : undefined;
    if (isNext && plain !== undefined) {
      latest.keys.push(plain);
      latest.secrets.push(change);
      continue;
    }
    const addressed = parseAddress(address);
    if (addressed?.kind !== "secret") continue;
    const agent = agentAddress(addressed.manager, addressed.agent);
    if (isNext && latest.agent === agent) {
      latest.keys.push(addressed.key);
      latest.secrets.push(change);
    } else spans.push({ agent, start: index, keys: [addressed.key], secrets: [change] });
  }
  return spans;
}

/** The key of a secret below a place; `undefined` if it has escapes, which may be wrong. */
function plainKey(place: string, address: string): string | undefined {
  const key = address.startsWith(place) ? address.slice(place.length) : "";
  return key === "" || /[/%]/.test(key) ? undefined : key;
}
