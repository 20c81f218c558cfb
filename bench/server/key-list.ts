import { answerOf } from "./http";

/** The keys that an agent holds, with the whole answer that lists them. Agents with the same keys share one. */
export interface KeyList {
  readonly keys: readonly string[];
  readonly answer: Buffer;
  /** The same in another order, where a list changes its order from one answer to the next. */
  readonly reordered?: Buffer;
}

interface Change {
  readonly add?: { readonly secrets: readonly { readonly key: string }[] };
  readonly delete?: { readonly secrets: readonly { readonly key: string }[] };
}

export function keyList(keys: readonly string[], reorder: boolean): KeyList {
  const list = { keys, answer: listing(keys) };
  return reorder ? { ...list, reordered: listing([...keys].reverse()) } : list;
}

/** The list after a change, whose JSON is `body`. */
export function changed(list: KeyList, body: string): KeyList {
  const change: Change = JSON.parse(body);
  const keys = new Set(list.keys);
  for (const { key } of change.delete?.secrets ?? []) keys.delete(key);
  for (const { key } of change.add?.secrets ?? []) keys.add(key);
  const same = keys.size === list.keys.length && list.keys.every((key) => keys.has(key));
  return same ? list : keyList([...keys], list.reordered !== undefined);
}

function listing(keys: readonly string[]): Buffer {
  return answerOf(200, JSON.stringify({ secrets: keys.map((key) => ({ key, obfuscated: "", secret: "" })) }));
}
