import type { DiagnosticError } from "../../model/diagnostic";
import { unresolved } from "../sources/source";
import type { Identities } from "./identities";

export interface Encrypted {
  /** The text or file, as the subject of a sentence. */
  readonly what: string;
  /** Public keys that it is encrypted to, if known. */
  readonly wanted?: readonly string[];
  /** Its recipients, if no key of a readable kind can open it. */
  readonly foreign: readonly string[];
}

/** The error if no available age key opens a text. It names the unusable keys that were found. */
export function noKeyFits(
  { what, wanted = [], foreign }: Encrypted,
  identities: Identities,
): DiagnosticError {
  const { recipients, places, unusable } = identities;
  if (foreign.length > 0) {
    return unresolved(
      `${what} is encrypted to ${foreign.join(" and ")}, which is not read here`,
      "encrypt it to an age key (age1…) as well, of which age-keygen makes a new one",
    );
  }
  const whom = wanted.length === 0 ? "other recipients" : wanted.join(", ");
  const others = unusable.length === 0 ? "" : `; ${unusable.join("; ")}`;
  if (recipients.length === 0) {
    return unresolved(
      `${what} is encrypted to ${whom}, and no age key is at hand${others}`,
      `put the key, which begins with AGE-SECRET-KEY-1, into one of ${places.join(", ")}`,
    );
  }
  return unresolved(
    `${what} is encrypted to ${whom}, and the age keys at hand are those of ${recipients.join(", ")}${others}`,
    "encrypt it to one of these as well, or give the key of a recipient in SOPS_AGE_KEY or SOPS_AGE_KEY_FILE",
  );
}
