/** Names that a message shows, at most. */
const SHOWN = 3;

/** `a, b, c and 4 more` */
export function firstOf(names: Iterable<string>): string {
  const all = [...names];
  const more = all.length > SHOWN ? ` and ${all.length - SHOWN} more` : "";
  return `${all.slice(0, SHOWN).join(", ")}${more}`;
}
