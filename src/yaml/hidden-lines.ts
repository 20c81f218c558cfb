import { allKinds } from "../model/kind-names";
import { referenceSecretKeys, sourceTypes } from "../model/reference-types";
import type { SourceText } from "./source-text";
import { child, entriesOf, isExtensionKey, keyWithoutBlank, type YamlNode } from "./yaml-node";

/**
 * Keys whose scalar values, at any depth, may be secrets that somebody wrote in clear text; the arguments of a program
 * among them.
 */
const SECRET_KEYS = new Set([
  ...allKinds.flatMap(({ secretKeys }) => secretKeys),
  ...["password", "auth"],
  ...referenceSecretKeys,
]);
/** Keys of a place below `state` or `audit` whose text may hold credentials, such as a URL with a password in it. */
const ADDRESS_KEYS: ReadonlySet<string> = new Set([
  ...["url", "address", "lockAddress", "unlockAddress", "remote", "proxy"],
]);
const PLACES: readonly string[] = ["state", "audit"];
const SAFE_KEYS = new Set(["user", "session", "generation", "deliverTo", "issueOn"]);

/**
 * Hides the lines of a sound document that hold a scalar where a secret could stand. References of a known type
 * (`{ env: NAME }`) are no secrets, but for the arguments of `exec`; under any other key, a value might be.
 */
export function hideSecrets(root: YamlNode, source: SourceText): void {
  const seen = new Set<YamlNode>();
  const walk = (node: YamlNode, secret: boolean): void => {
    if (node.kind === "scalar") {
      if (secret) source.hide(node.start, node.end);
      return;
    }
    // A shared node that is both in a harmless and in a secret place has to be walked for the latter.
    if (seen.has(node) && !secret) return;
    seen.add(node);
    if (node.kind === "list") {
      for (const item of node.items) walk(item, secret);
      return;
    }
    const isReference =
      node.entries.size === 1 && [...node.entries.keys()].every((key) => sourceTypes.has(key));
    for (const [key, { keyStart, value }] of node.entries) {
      if (value.data === null && keyWithoutBlank(key) !== undefined) source.hide(keyStart, keyStart);
      const mayHoldSecret = SECRET_KEYS.has(key) || isExtensionKey(key);
      walk(value, (secret && !isReference && !SAFE_KEYS.has(key)) || mayHoldSecret);
    }
  };
  walk(root, false);
  for (const top of PLACES)
    for (const [, { value: place }] of entriesOf(child(root, top)))
      for (const [key, { value }] of entriesOf(place)) if (ADDRESS_KEYS.has(key)) walk(value, true);
}

/** Whether a path in a document is that of a place where a state is kept or an audit trail goes, or below it. */
export function isPlaceAddress(path: readonly string[]): boolean {
  return PLACES.includes(path[0] ?? "") && path.some((step) => ADDRESS_KEYS.has(step));
}

/** Hides every line that a node touches with a scalar: the value of a key that nobody knows may be anything. */
export function hideScalars(node: YamlNode, source: SourceText): void {
  if (node.kind === "scalar") source.hide(node.start, node.end);
  else if (node.kind === "list") for (const item of node.items) hideScalars(item, source);
  else for (const { value } of node.entries.values()) hideScalars(value, source);
}

/** Characters of a line that can be read as one of these. */
const LONGEST_LINE = 10_000;

/** Lines that begin so hold a name or a number, and may be shown though nobody knows what the text around them means. */
const HARMLESS = new RegExp(
  `^[\\s-]*(${[
    ...["apiVersion", "managers", "host", "tls", "ca", "cert", "insecure", "local"],
    ...[
      "policy",
      "prune",
      "unverified",
      "protect",
      "freeze",
      "days",
      "timezone",
      "maxDeletes",
      "maxRotations",
    ],
    ...allKinds.flatMap(({ key, isList, plainKeys }) => [...(isList ? [key] : []), ...plainKeys]),
    // The other places may hold credentials.
    "state(?!.*\\b(?:postgres|http|git)\\b)",
    // A merge of what stands elsewhere.
    "<<(?=:\\s*\\*)",
  ].join("|")})\\s*(:|$)`,
);

const NAMES_SECRET = new RegExp(["secret", "passw", "auth", ...referenceSecretKeys].join("|"), "i");

/**
 * The same for a text that does not parse, line by line. Shown are only lines that begin with a harmless key, unless
 * they name a secret or are indented below one; where quotes or brackets there do not close, nothing more is shown.
 */
export function hideLikelySecrets(source: SourceText): void {
  const { text } = source;
  let depth = 0;
  let blockIndent = -1;
  for (let start = 0; start < text.length; ) {
    const end = text.indexOf("\n", start) < 0 ? text.length : text.indexOf("\n", start);
    const line = text.slice(start, end);
    const indent = line.search(/[^\s-]/);
    const names = NAMES_SECRET.test(line);
    if (indent >= 0 && indent <= blockIndent) blockIndent = -1;
    if (names && blockIndent < 0) blockIndent = indent;
    if (names || blockIndent >= 0 || line.length > LONGEST_LINE || !HARMLESS.test(line))
      source.hide(start, end);
    depth += count(line, /[[{]/g) - count(line, /[\]}]/g);
    const open = depth !== 0 || count(line, /"/g) % 2 !== 0 || count(line, /'/g) % 2 !== 0;
    if (blockIndent >= 0 && open) {
      source.hide(start, text.length);
      return;
    }
    start = end + 1;
  }
}

function count(line: string, pattern: RegExp): number {
  return line.match(pattern)?.length ?? 0;
}
