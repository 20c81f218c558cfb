import type { SecretValue } from "../model/secret-value";
import { createFingerprints } from "../secrets/fingerprints";
import { parseKey } from "../secrets/state-key-text";

/**
 * The keyed digest of a value, bound to a place, under a state key that is given as text (32 bytes in base64). Throws
 * a `DiagnosticError` (`state-key`) for an invalid key; the message calls the key `name` and never shows it.
 *
 * @example
 * fingerprintUnder({ key, name: "state_key" }, "tokyo/terraform/smtp.password", new SecretValue("s3cret")); // "QRGfwJ9_Bu0SQ1Kkbmy8OQ"
 */
export function fingerprintUnder(
  { key, name }: { readonly key: string; readonly name: string },
  place: string,
  value: SecretValue,
): string {
  return createFingerprints(parseKey(key, name)).value(place, value);
}
