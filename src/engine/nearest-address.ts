import { parseAddress, placesAbove } from "../model/address";
import type { Diagnostic } from "../model/diagnostic";
import { nearestTo } from "./nearest";

export interface Candidates {
  /** Whether a place above a known address may have been meant as well; true by default. */
  readonly withPlaces?: boolean;
}

/**
 * The known address, or place above one, that was most likely meant by `wrong`. If none is similar, one that ends
 * with the same name, because people leave out the parts before it. Never `wrong` itself or a place above it: it may
 * exist, but it was not what was meant.
 */
export function nearestAddress(
  wrong: string,
  known: readonly string[],
  { withPlaces = true }: Candidates = {},
): string | undefined {
  const all = new Set(withPlaces ? known.flatMap((address) => [...placesAbove(address)]) : known);
  const places = [...all].filter((place) => place !== wrong && !isAbove(place, wrong));
  const nearest = nearestTo(wrong, places);
  if (nearest !== undefined) return nearest;
  const name = wrong.slice(wrong.lastIndexOf("/") + 1);
  const named = name === "" ? [] : places.filter((place) => place.endsWith(`/${name}`));
  return named.length === 1 ? named[0] : undefined;
}

function isAbove(place: string, address: string): boolean {
  return address.replace(/\/$/, "").startsWith(`${place}/`);
}

/** The beginning of a remedy: `did you mean tokyo/client/web? `, or nothing. */
export function meantAddress(wrong: string, known: readonly string[], candidates?: Candidates): string {
  const nearest = nearestAddress(wrong, known, candidates);
  return nearest === undefined ? "" : `did you mean ${nearest}? `;
}

interface AddressTraits extends Candidates {
  readonly where?: string;
  readonly isOne?: (text: string) => boolean;
}

/** Why a text is not an address; `undefined` if it is one. */
export function notAnAddress(
  text: string,
  known: readonly string[],
  { where = JSON.stringify(text), isOne = isAddress, ...candidates }: AddressTraits = {},
): Diagnostic | undefined {
  if (isOne(text)) return undefined;
  return {
    code: "usage",
    severity: "error",
    summary: `${where} is not an address`,
    remedy: `${meantAddress(text, known, candidates)}addresses look like tokyo, tokyo/initial-secret, tokyo/client/ID, tokyo/lower-manager/HOST, tokyo/agent/MANAGERHOST/HOST or tokyo/agent/MANAGERHOST/HOST/secret/KEY`,
  };
}

function isAddress(text: string): boolean {
  return parseAddress(text) !== undefined;
}
