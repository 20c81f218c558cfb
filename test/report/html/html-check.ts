/** The elements and attributes of a page, each with the values that an attribute of ours may have. */
const ELEMENTS =
  "html head meta title style body a header p h1 h2 dl dt dd div main section details summary pre table thead tbody tfoot tr th td bdi svg path rect text label kbd input select option button ol li span nav template script";
const FREE = "content|value|aria-label|viewBox|d|class|id|width|height|x|y|rx|http-equiv|name|scope";
const FIXED =
  "lang|charset|href|role|aria-labelledby|aria-pressed|tabindex|type|autocomplete|spellcheck|hidden|open";

/**
 * What is wrong with a page: a tag or an attribute that the report never writes, a character that HTML takes for markup
 * in a text, or an element that is not closed. A name that became markup is one of these.
 */
export function htmlFaults(page: string): string[] {
  const faults: string[] = [];
  const open: string[] = [];
  // Of style and script nothing is markup but their own end.
  const text = page.replace(
    /(<(style|script)(?: [^>]*)?>)(.*?)(<\/\2>)/gs,
    (_all, begin, name, inner, end) => {
      if (/<\/|<!--|<script/i.test(inner)) faults.push(`${name} that would end itself`);
      return begin + end;
    },
  );
  for (const [tag, slash, name = "", attributes = ""] of text.matchAll(
    /<(\/?)([a-z0-9]+)((?: [^<>]*)?)\/?>/g,
  )) {
    if (!ELEMENTS.split(" ").includes(name)) faults.push(`element ${tag}`);
    if (attributes.replace(ATTRIBUTE, "").replace("/", "").trim() !== "") faults.push(`attributes of ${tag}`);
    if (slash !== "" && open.pop() !== name) faults.push(`${tag} closes another element`);
    if (slash === "" && !VOID.has(name) && !tag.endsWith("/>")) open.push(name);
  }
  const between = text.replace(/^<!doctype html>/, "").replace(/<\/?[a-z0-9]+(?: [^<>]*)?>/g, "");
  for (const [found] of between.matchAll(/.{0,20}[<>"'].{0,20}|&(?!#\d+;).{0,20}/gs))
    faults.push(`text ${found}`);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are looked for
  if (/[\u0000-\u0009\u000b-\u001f\u007f\u200e\u200f\u202a-\u202e\u2028\u2029]/.test(text))
    faults.push("a control character");
  return [...faults, ...open.map((name) => `${name} is not closed`)];
}

const ATTRIBUTE = new RegExp(` (?:(?:${FREE})="[^"<>]*"|(?:${FIXED})(?:="[a-z0-9#/ -]*")?)`, "g");
const VOID = new Set(["meta", "input"]);
