/** Compares an agent's bodies with expected fingerprints. A body that has all keys is not parsed. */
import type { ExpectedFingerprints } from "../port";
import { bodyOf, decodeBody, encodeBody } from "./fingerprint-body";

const PLACEHOLDER = "-".repeat(22);
const FINGERPRINT = /^[\w-]{22}$/;
const COMMA = 0x2c;
/** Bodies with the keys in yet another order are parsed. */
const MOST_LAYOUTS = 4;

/** What the bodies of agents with the same keys, in the same order, have in common. */
interface Layout {
  /** Such a body with other fingerprints, without its last brace. */
  readonly pattern: Buffer;
  /** Of each fingerprint in it: its place, and the index of its key in the list of keys. */
  readonly places: readonly number[];
  readonly indexes: readonly number[];
}

type Entries = Map<string, string | null>;

export class WholeBodies {
  /** By the list of keys. Most agents of a fleet have the same keys in the same order. */
  readonly #layouts = new WeakMap<readonly string[], Layout[]>();

  /**
   * The entries of a chain of bodies, oldest first, that are not the expected fingerprints. The agent owns as many
   * keys as are expected. `undefined` if it owns others, or if all bodies have to be parsed.
   */
  unexpected(bodies: readonly Buffer[], expected: ExpectedFingerprints, agent: string): Entries | undefined {
    const later: Entries = new Map();
    for (const bytes of bodies.toReversed()) {
      const entries = this.#compare(bytes, expected);
      if (entries) return withLater(entries, later, expected);
      const { set, unset } = decodeBody(bytes, agent);
      if (unset.length > 0) return undefined;
      for (const [key, entry] of Object.entries(set))
        if (!later.has(key)) later.set(key, typeof entry === "string" ? entry : null);
    }
    return undefined;
  }

  #compare(bytes: Buffer, expected: ExpectedFingerprints): Entries | undefined {
    const layouts = this.#layouts.get(expected.keys) ?? [];
    for (const layout of layouts) {
      const entries = compare(bytes, layout, expected);
      if (entries) return entries;
    }
    const isLearning = layouts.length < MOST_LAYOUTS && couldBeWhole(bytes, layouts[0]);
    const layout = isLearning ? layoutOf(bytes, expected.keys) : undefined;
    if (layout) this.#layouts.set(expected.keys, [...layouts, layout]);
    return layout && compare(bytes, layout, expected);
  }
}

/** The order of keys does not change the length. */
function couldBeWhole(bytes: Buffer, known: Layout | undefined): boolean {
  return known === undefined || isLongEnough(bytes, known.pattern);
}

/** After the pattern comes the last brace, or the versions of the sources. */
function isLongEnough(bytes: Buffer, pattern: Buffer): boolean {
  return bytes.length === pattern.length + 1 || bytes[pattern.length] === COMMA;
}

function layoutOf(bytes: Buffer, keys: readonly string[]): Layout | undefined {
  const names = Object.keys(decodeBody(bytes).set);
  const known = new Map(keys.map((key, index) => [key, index]));
  const indexes = names.flatMap((name) => known.get(name) ?? []);
  if (indexes.length !== keys.length || names.length !== keys.length) return undefined;
  const body = encodeBody(
    bodyOf(
      names.map((name) => [name, PLACEHOLDER]),
      [],
    ),
  );
  return { pattern: body.subarray(0, -1), indexes, places: placesIn(names) };
}

function placesIn(names: readonly string[]): number[] {
  let end = '{"set":'.length;
  return names.map((name) => {
    // A brace or a comma, the name, a colon and a quote.
    const place = end + 1 + Buffer.byteLength(JSON.stringify(name)) + 2;
    end = place + PLACEHOLDER.length + 1;
    return place;
  });
}

function compare(bytes: Buffer, layout: Layout, expected: ExpectedFingerprints): Entries | undefined {
  const { pattern, places, indexes } = layout;
  if (!isLongEnough(bytes, pattern)) return undefined;
  const others: Entries = new Map();
  let at = 0;
  for (let next = 0; next < places.length; next++) {
    const place = places[next] ?? 0;
    for (; at < place; at++) if (bytes[at] !== pattern[at]) return undefined;
    at += PLACEHOLDER.length;
    const index = indexes[next] ?? 0;
    if (expected.isAt(index, bytes, place)) continue;
    const entry = bytes.toString("latin1", place, at);
    if (!FINGERPRINT.test(entry)) return undefined;
    others.set(expected.keys[index] ?? "", entry);
  }
  for (; at < pattern.length; at++) if (bytes[at] !== pattern[at]) return undefined;
  return others;
}

function withLater(
  entries: Entries,
  later: Entries,
  { keys, of }: ExpectedFingerprints,
): Entries | undefined {
  for (const [key, entry] of later) {
    const index = keys.indexOf(key);
    if (index === -1) return undefined;
    if (entry === of(index)) entries.delete(key);
    else entries.set(key, entry);
  }
  return entries;
}
