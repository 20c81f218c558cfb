import { distance } from "fastest-levenshtein";
import { quote } from "../yaml/quote";

/** What to write instead of a text that is not a manager's URL. It repeats nothing that may hold credentials. */
export function urlRemedy(url: string): string {
  const text = url.trim();
  if (text.includes("@")) return "leave out the user and the password: `auth` takes them";
  const [, word = "", separator = "", rest = ""] = /^([a-z]*)([:;]?[/\\]{0,3})(.*)$/i.exec(text) ?? [];
  const scheme = separator === "" ? undefined : nearestScheme(word);
  const [host = ""] = (scheme === undefined ? text : rest).split(/[/?#\\]/);
  if (/^[\w.-]+(:\d+)?$/.test(host) || (scheme !== undefined && /^\[[\da-f:.]+\](:\d+)?$/i.test(host)))
    return `did you mean ${quote(`${scheme ?? "https"}://${host}`)}?`;
  return "write it as `https://host:port`";
}

/** At most one slip away. */
function nearestScheme(word: string): string | undefined {
  const letters = (text: string) => [...text].sort().join();
  return ["https", "http"].find(
    (scheme) =>
      distance(scheme, word.toLowerCase()) <= 1 - Number(isOther(scheme, word)) ||
      letters(scheme) === letters(word.toLowerCase()),
  );
}

/** `http` itself is one letter away from `https`. */
function isOther(scheme: string, word: string): boolean {
  return scheme === "https" && word.toLowerCase() === "http";
}
