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

interface WrittenPattern extends BodyPattern {
  /** Of each name: its index in the list of keys. */
  readonly indexes: readonly number[];
}

/** By the list of keys, which most agents of a fleet share. */
const patterns = new WeakMap<readonly string[], WrittenPattern>();

/** Encodes what was written without making a text of each fingerprint. `body` is that of the pattern. */
export function encodeWritten({ keys, writeAt }: WrittenFingerprints): EncodedBody {
  const { body, bytes: pattern, places, indexes } = writtenPattern(keys);
  const bytes = Buffer.from(pattern);
  for (let next = 0; next < places.length; next++) writeAt(indexes[next] ?? 0, bytes, places[next] ?? 0);
  return { body, bytes, isPattern: true };
}

function writtenPattern(keys: readonly string[]): WrittenPattern {
  let known = patterns.get(keys);
  if (known === undefined) {
    const indexOf = new Map(keys.map((key, index) => [key, index]));
    const pattern = patternOf(keys);
    known = { ...pattern, indexes: pattern.names.map((name) => indexOf.get(name) ?? 0) };
    patterns.set(keys, known);
  }
  return known;
}
