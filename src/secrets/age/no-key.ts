import type { DiagnosticError } from "../../model/diagnostic";
import { unresolved } from "../sources/source";
import type { Identities } from "./identities";

export interface Encrypted {
  /** The text or file, as the subject of a sentence. */
  readonly what: string;
  /** Public keys that it is encrypted to, where they are known. */
  readonly wanted?: readonly string[];
  /** What it is encrypted to, where no key that is read here can open it. */
  readonly foreign: readonly string[];
}

/** None of the age keys at hand opens a text. What lies where keys are looked for, and cannot be used, is reported. */
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
