import type { DiagnosticError } from "../../model/diagnostic";
import { unresolved } from "../sources/source";
import type { Identities } from "./identities";

/** None of the age keys at hand opens `what`; whom it was encrypted to is told where that is known. */
export function noKeyFits(
  what: string,
  { recipients, places }: Identities,
  wanted: readonly string[] = [],
): DiagnosticError {
  const whom = wanted.length === 0 ? "other recipients" : wanted.join(", ");
  if (recipients.length === 0) {
    return unresolved(
      `${what} is encrypted to ${whom}, and no age key is at hand`,
      `put the key into one of ${places.join(", ")}`,
    );
  }
  return unresolved(
    `${what} is encrypted to ${whom}, and the age keys at hand are those of ${recipients.join(", ")}`,
    "encrypt it to one of these as well, or give the key of a recipient in SOPS_AGE_KEY or SOPS_AGE_KEY_FILE",
  );
}
