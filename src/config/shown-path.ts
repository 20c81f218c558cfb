import { quote } from "../yaml/quote";

/** `managers.tokyo.agents[0].host` */
export function shownPath(path: readonly string[]): string {
  if (path.length === 0) return "the document";
  const text = path.map((step) =>
    /^\d+$/.test(step) ? `[${step}]` : /^[\w-]+$/.test(step) ? `.${step}` : `[${JSON.stringify(step)}]`,
  );
  return quote(text.join("").replace(/^\./, ""));
}
