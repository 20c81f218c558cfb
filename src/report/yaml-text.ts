import { visibleJson } from "../model/visible";

/**
 * A document as YAML text, line by line: a large list takes seconds, while a library that builds a tree takes
 * minutes. Texts are in JSON's quotes, which every YAML reader takes as texts.
 */
export function* yamlText(document: object): Generator<string> {
  yield* lines(document, "", "");
}

/** `first` comes before the first line and may have a dash, `indent` before the others. */
function* lines(container: object, first: string, indent: string): Generator<string> {
  let lead = first;
  for (const [mark, value] of entriesOf(container)) {
    if (isLaidOut(value)) {
      // A list's entry begins on the line of its dash.
      if (mark === "-") yield* lines(value, `${lead}- `, `${indent}  `);
      else {
        yield `${lead}${mark}\n`;
        yield* lines(value, `${indent}  `, `${indent}  `);
      }
    } else yield `${lead}${mark} ${scalar(value)}\n`;
    lead = indent;
  }
}

/** The values with their prefixes: a dash, or the key with its colon. */
function* entriesOf(container: object): Generator<readonly [mark: string, value: unknown]> {
  if (Array.isArray(container)) for (const value of container) yield ["-", value];
  else
    for (const [key, value] of Object.entries(container))
      if (value !== undefined) yield [`${SCHEMA_KEY.test(key) ? key : scalar(key)}:`, value];
}

/** Keys of the published schema, without words that some YAML reader takes as something else. */
const SCHEMA_KEY = /^(?!(?:null|true|false|yes|no|on|off|y|n)$)[a-z]+(_[a-z]+)*$/;

function isLaidOut(value: unknown): value is object {
  if (typeof value !== "object" || value === null) return false;
  return Array.isArray(value) ? value.length > 0 : Object.values(value).some((each) => each !== undefined);
}

function scalar(value: unknown): string {
  return visibleJson(JSON.stringify(value));
}
