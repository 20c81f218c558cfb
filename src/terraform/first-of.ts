/** Names that a message shows, at most. */
const SHOWN = 3;

/** `a, b, c and 4 more`; `unnamed` come on top of the names. */
export function firstOf(names: Iterable<string>, unnamed = 0): string {
  const all = [...names];
  const shown = all.slice(0, SHOWN);
  const more = all.length - shown.length + unnamed;
  return `${shown.join(", ")}${more > 0 ? ` and ${more} more` : ""}`;
}
