/** Reads a few keys from bodies without parsing long ones, because a patch changes one key of a hundred. */
import { type AgentKeys, applyBody, type Body, decodeBody } from "./fingerprint-body";
import { bytesOf, type StoredBody } from "./open-log";

/** Parsing a shorter body is as fast as searching a key in it. */
const SHORT = 1_000;
const [START, END] = [Buffer.from('{"set":{'), Buffer.from('},"unset":[]}')];
const QUOTE = 0x22;
const BEFORE_A_NAME = new Set([..."{,"].map((character) => character.charCodeAt(0)));

/**
 * Merges these keys from a chain of bodies, oldest first, of which it reads only the latest that have them. Throws as
 * `mergeBodies` does for a body that it parses.
 */
export function mergeBodiesFor(
  bodies: readonly StoredBody[],
  names: readonly string[],
  agentAddress?: string,
): AgentKeys {
  const wanted = new Set(names);
  const later: Body[] = [];
  for (const stored of bodies.toReversed()) {
    if (wanted.size === 0) break;
    const body = bodyFor(bytesOf(stored), wanted, agentAddress);
    later.push(body);
    for (const key of [...Object.keys(body.set), ...body.unset]) wanted.delete(key);
  }
  const keys = { fingerprints: new Map(), versions: new Map() };
  for (const body of later.reverse()) applyBody(keys, body);
  return keys;
}

/** The number of keys of an agent after a body. `before` has its former keys among the body's keys. */
export function countAfter(count: number, before: AgentKeys["fingerprints"], { set, unset }: Body): number {
  let after = count;
  for (const key of Object.keys(set)) if (!before.has(key)) after++;
  for (const key of new Set(unset)) if (before.has(key) && !Object.hasOwn(set, key)) after--;
  return after;
}

function bodyFor(bytes: Buffer, wanted: ReadonlySet<string>, agentAddress: string | undefined): Body {
  const isPlain = bytes.length >= SHORT && bytes.subarray(-END.length).equals(END);
  // Only the entries: `set` and `unset` may be names of keys, too.
  const entries = bytes.subarray(START.length - 1, -END.length);
  if (isPlain) return { set: Object.fromEntries(entriesIn(entries, wanted)), unset: [] };
  const { set, unset, versions } = decodeBody(bytes, agentAddress);
  const names = Object.keys(set);
  const own = names.flatMap((key, index) =>
    wanted.has(key) ? [[key, versions?.[index] ?? null] as const] : [],
  );
  return {
    set: Object.fromEntries(own.map(([key]) => [key, set[key] ?? null])),
    unset: unset.filter((key) => wanted.has(key)),
    versions: own.map(([, version]) => version),
  };
}

/** The entries of a body that only sets keys without versions. */
function* entriesIn(bytes: Buffer, wanted: Iterable<string>): Generator<readonly [string, string | null]> {
  for (const key of wanted) {
    const value = placeOfValue(bytes, Buffer.from(`${JSON.stringify(key)}:`));
    // A fingerprint is a string without escapes.
    if (value !== undefined) yield [key, bytes[value] === QUOTE ? textAt(bytes, value + 1) : null];
  }
}

/** A quote inside a name follows a backslash, so a match after a brace or a comma is a whole name. */
function placeOfValue(bytes: Buffer, name: Buffer): number | undefined {
  for (let at = bytes.indexOf(name); at !== -1; at = bytes.indexOf(name, at + 1))
    if (BEFORE_A_NAME.has(bytes[at - 1] ?? 0)) return at + name.length;
  return undefined;
}

function textAt(bytes: Buffer, start: number): string {
  return bytes.toString("latin1", start, bytes.indexOf(QUOTE, start));
}
