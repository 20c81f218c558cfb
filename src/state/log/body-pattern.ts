/** The body of agents with the same keys: it differs in their fingerprints alone. */
import type { WrittenFingerprints } from "../port";
import { type Body, bodyOf, type EncodedBody, encodeBody } from "./fingerprint-body";

const PLACEHOLDER = "-".repeat(22);

/** The number of characters of a fingerprint. */
export const FINGERPRINT_LENGTH = PLACEHOLDER.length;

export interface BodyPattern {
  /** With something else in the place of each fingerprint. */
  readonly body: Body;
  readonly bytes: Buffer;
  /** The keys in the order of the body, and the place of the fingerprint of each. */
  readonly names: readonly string[];
  readonly places: readonly number[];
}

export function patternOf(keys: readonly string[]): BodyPattern {
  const body = bodyOf(
    keys.map((key) => [key, PLACEHOLDER]),
    [],
  );
  const names = Object.keys(body.set);
  return { body, bytes: encodeBody(body), names, places: placesIn(names) };
}

function placesIn(names: readonly string[]): number[] {
  let end = '{"set":'.length;
  return names.map((name) => {
    // A brace or a comma, the name, a colon and a quote.
    const place = end + 1 + Buffer.byteLength(JSON.stringify(name)) + 2;
    end = place + FINGERPRINT_LENGTH + 1;
    return place;
  });
}

interface WrittenPattern extends Pick<BodyPattern, "body" | "bytes"> {
  /** The place of the fingerprint of each key. */
  readonly places: readonly number[];
}

/** By the list of keys, which most agents of a fleet share. */
const patterns = new WeakMap<readonly string[], WrittenPattern>();

/** Encodes what was written without making a text of each fingerprint. `body` is that of the pattern. */
export function encodeWritten({ keys, writeAt }: WrittenFingerprints): EncodedBody {
  const { body, bytes: pattern, places } = writtenPattern(keys);
  const bytes = Buffer.from(pattern);
  writeAt(places, bytes);
  return { body, bytes, isPattern: true };
}

function writtenPattern(keys: readonly string[]): WrittenPattern {
  let known = patterns.get(keys);
  if (known === undefined) {
    const { body, bytes, names, places } = patternOf(keys);
    const placeOf = new Map(names.map((name, index) => [name, places[index] ?? 0]));
    known = { body, bytes, places: keys.map((key) => placeOf.get(key) ?? 0) };
    patterns.set(keys, known);
  }
  return known;
}
