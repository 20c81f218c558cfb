/** Compares an agent's bodies with expected fingerprints. A body that has all keys is not parsed. */
import { type ExpectedFingerprints, isFingerprint, type KeyFingerprints } from "../port";
import { FINGERPRINT_LENGTH, patternOf } from "./body-pattern";
import { decodeBody } from "./fingerprint-body";
import { bytesOf, type StoredBody } from "./open-log";

const FINGERPRINT = new RegExp(`^[\\w-]{${FINGERPRINT_LENGTH}}$`);
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

/** A body that has all keys of an agent, and what later bodies set. */
interface Match<T> {
  readonly whole: T;
  readonly later: ReadonlyMap<string, string | null>;
}

export class WholeBodies {
  /** By the list of keys. Most agents of a fleet have the same keys in the same order. */
  readonly #layouts = new WeakMap<readonly string[], readonly Layout[]>();
  /** Whatever the keys are, each with a map that has `null` for every key. */
  #known: readonly (readonly [Layout, KeyFingerprints])[] = [];

  /**
   * The entries of a chain of bodies, oldest first, that are not the expected fingerprints. The agent owns as many
   * keys as are expected. `undefined` if it owns others, or if all bodies have to be parsed.
   */
  unexpected(
    bodies: readonly StoredBody[],
    expected: ExpectedFingerprints,
    agent: string,
  ): Entries | undefined {
    const found = findWhole(bodies, agent, (bytes) => this.#compare(bytes, expected));
    return found && withLater(found.whole, found.later, expected);
  }

  /**
   * The entries of an agent that owns so many keys, with `null` for each fingerprint; agents with the same keys share
   * them. `undefined` if all bodies have to be parsed.
   */
  withoutFingerprints(
    bodies: readonly StoredBody[],
    count: number,
    agent: string,
  ): KeyFingerprints | undefined {
    const found = findWhole(bodies, agent, (bytes) => this.#keysOf(bytes, count));
    const isSame =
      found && [...found.later].every(([key, entry]) => found.whole.has(key) && isUnknown(entry));
    return isSame ? found.whole : undefined;
  }

  #keysOf(bytes: Buffer, count: number): KeyFingerprints | undefined {
    for (const [layout, keys] of this.#known) if (keys.size === count && isLike(bytes, layout)) return keys;
    if (this.#known.length >= MOST_LAYOUTS) return undefined;
    const names = Object.keys(decodeBody(bytes).set);
    const layout = names.length === count ? layoutOf(bytes, names) : undefined;
    if (!layout || !isLike(bytes, layout)) return undefined;
    const keys = new Map(names.map((name) => [name, null]));
    this.#known = [...this.#known, [layout, keys]];
    return keys;
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

/** The latest body that `read` takes for a whole one. Bodies after it are short, and parsed. */
function findWhole<T>(
  bodies: readonly StoredBody[],
  agent: string,
  read: (bytes: Buffer) => T | undefined,
): Match<T> | undefined {
  const later: Entries = new Map();
  for (const body of bodies.toReversed()) {
    const bytes = bytesOf(body);
    const whole = read(bytes);
    if (whole) return { whole, later };
    const { set, unset } = decodeBody(bytes, agent);
    if (unset.length > 0) return undefined;
    for (const [key, entry] of Object.entries(set))
      if (!later.has(key)) later.set(key, typeof entry === "string" ? entry : null);
  }
  return undefined;
}

function isUnknown(entry: string | null): boolean {
  return entry === null || isFingerprint(entry);
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
  const { bytes: pattern, places } = patternOf(names);
  return { pattern: pattern.subarray(0, -1), indexes, places };
}

function compare(bytes: Buffer, layout: Layout, expected: ExpectedFingerprints): Entries | undefined {
  if (!isLike(bytes, layout)) return undefined;
  const { places, indexes } = layout;
  const others: Entries = new Map();
  for (const position of expected.missingAt(places, bytes, indexes)) {
    const place = places[position] ?? 0;
    const entry = bytes.toString("latin1", place, place + FINGERPRINT_LENGTH);
    if (!FINGERPRINT.test(entry)) return undefined;
    others.set(expected.keys[indexes[position] ?? 0] ?? "", entry);
  }
  return others;
}

/** Whether it has the keys of a layout, and a fingerprint for each. */
function isLike(bytes: Buffer, { pattern, places }: Layout): boolean {
  if (!isLongEnough(bytes, pattern)) return false;
  let at = 0;
  for (const place of places) {
    for (; at < place; at++) if (bytes[at] !== pattern[at]) return false;
    at += FINGERPRINT_LENGTH;
  }
  for (; at < pattern.length; at++) if (bytes[at] !== pattern[at]) return false;
  return true;
}

function withLater(
  entries: Entries,
  later: Match<Entries>["later"],
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
