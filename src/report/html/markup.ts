/** HTML that is safe to put into a page. Only `html` and `trusted` create it. */
export class Markup {
  constructor(readonly text: string) {}
}

export type Content = string | number | Markup | readonly Markup[];

/**
 * Joins HTML: the template's own text stays as it is, and every inserted text is escaped, both between tags and in
 * quoted attributes.
 */
export function html(literals: TemplateStringsArray, ...values: readonly Content[]): Markup {
  const parts = literals.map((literal, index) => {
    const value = values[index];
    return value === undefined ? literal : literal + textOf(value);
  });
  return new Markup(parts.join(""));
}

/** Our own text for an element whose content is not escaped: a style, a script. Throws if it would end the element. */
export function trusted(text: string): Markup {
  if (/<\/|<!--/.test(text)) throw new Error("a style or script of the report would end its own element");
  return new Markup(text);
}

/** A value as JSON inside of a script element. */
export function embeddedJson(value: unknown): Markup {
  const escapeUnit = (character: string) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
  return new Markup(JSON.stringify(value).replace(/[<>&\u2028\u2029]/g, escapeUnit));
}

function textOf(value: Content): string {
  if (value instanceof Markup) return value.text;
  if (typeof value === "object") return value.map(({ text }) => text).join("");
  return String(value).replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
