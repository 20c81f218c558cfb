import { allKinds } from "../model/kind-names";
import { referenceSecretKeys, sourceTypes } from "../model/reference-types";
import type { SourceText } from "./source-text";
import { child, entriesOf, isExtensionKey, keyWithoutBlank, type YamlNode } from "./yaml-node";

/**
 * Keys whose scalar values, at any depth, may be secrets in clear text, including the arguments of a program.
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
 * Hides the lines of a valid document that have a scalar where a secret could be. References of a known type (`{ env:
 * NAME }`) are not secrets, except for the arguments of `exec`; a value under any other key might be one.
 */
export function hideSecrets(root: YamlNode, source: SourceText): void {
  /** Those with several children: only they multiply what their aliases cost. */
  const seen = new Set<YamlNode>();
  const walk = (node: YamlNode, secret: boolean): void => {
    if (node.kind === "scalar") {
      if (secret) source.hide(node.start, node.end);
      return;
    }
    const isSingle = (node.kind === "list" ? node.items.length : node.entries.size) === 1;
    // A shared node may be in a harmless and in a secret place: the secret one has to be walked.
    if (!isSingle && !secret && seen.has(node)) return;
    if (!isSingle) seen.add(node);
    if (node.kind === "list") {
      for (const item of node.items) walk(item, secret);
      return;
    }
    node.entries.forEach(({ keyStart, value }, key) => {
      if (value.data === null && keyWithoutBlank(key) !== undefined) source.hide(keyStart, keyStart);
      const mayHoldSecret = SECRET_KEYS.has(key) || isExtensionKey(key);
      const isReference = isSingle && sourceTypes.has(key);
      walk(value, (secret && !isReference && !SAFE_KEYS.has(key)) || mayHoldSecret);
    });
  };
  walk(root, false);
  for (const top of PLACES)
    for (const [, { value: place }] of entriesOf(child(root, top)))
      for (const [key, { value }] of entriesOf(place)) if (ADDRESS_KEYS.has(key)) walk(value, true);
}

/** Whether a path in a document is where a state or an audit trail is declared, or below it. */
export function isPlaceAddress(path: readonly string[]): boolean {
  return PLACES.includes(path[0] ?? "") && path.some((step) => ADDRESS_KEYS.has(step));
}

/** Hides every line on which a node has a scalar: the value of an unknown key may be a secret. */
export function hideScalars(node: YamlNode, source: SourceText): void {
  if (node.kind === "scalar") source.hide(node.start, node.end);
  else if (node.kind === "list") for (const item of node.items) hideScalars(item, source);
  else for (const { value } of node.entries.values()) hideScalars(value, source);
}

/** Longest line, in characters, that is matched with these patterns. */
const LONGEST_LINE = 10_000;

/**
 * Lines that begin like this hold a name or a number. They may be shown although the text around them cannot be
 * parsed.
 */
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
    // A merge of an anchored block.
    "<<(?=:\\s*\\*)",
  ].join("|")})\\s*(:|$)`,
);

const NAMES_SECRET = new RegExp(["secret", "passw", "auth", ...referenceSecretKeys].join("|"), "i");

/**
 * The same for a text that does not parse, line by line. It shows only lines that begin with a harmless key, unless
 * they name a secret or are indented below one. After a quote or bracket that does not close, it shows nothing more.
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
