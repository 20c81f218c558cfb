/** The most names that a message shows. */
const SHOWN = 3;

/** Returns `a, b, c and 4 more`. The count includes `unnamed` further things without a name. */
export function firstOf(names: Iterable<string>, unnamed = 0): string {
  const all = [...names];
  const shown = all.slice(0, SHOWN);
  const more = all.length - shown.length + unnamed;
  return `${shown.join(", ")}${more > 0 ? ` and ${more} more` : ""}`;
}
