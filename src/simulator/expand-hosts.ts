const RANGE = /\{(\d+)\.\.(\d+)\}/;

/** How many agents one world may hold. */
export const MAX_AGENTS = 100_000;

/**
 * `web{01..03}` as `web01`, `web02`, `web03`; several ranges give every combination. Numbers have the width of the
 * first bound. `undefined` if a range runs backwards or there are more than `MAX_AGENTS` names.
 */
export function expandHosts(pattern: string): string[] | undefined {
  const range = RANGE.exec(pattern);
  if (range === null) return [pattern];
  const [whole, first = "", last = ""] = range;
  const head = pattern.slice(0, range.index);
  const tails = expandHosts(pattern.slice(range.index + whole.length));
  const count = Number(last) - Number(first) + 1;
  if (tails === undefined || count < 1 || count * tails.length > MAX_AGENTS) return undefined;
  const names: string[] = [];
  for (let number = Number(first); number <= Number(last); number += 1) {
    const start = head + String(number).padStart(first.length, "0");
    for (const tail of tails) names.push(start + tail);
  }
  return names;
}
