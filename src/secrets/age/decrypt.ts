import { foreignRecipients } from "./header";
import type { Identities } from "./identities";
import { ageLibrary } from "./library";

export type Decrypted =
  | { readonly bytes: Uint8Array }
  /** `unarmored`: it is no armored age text; `damaged`: one of the keys fits, and the text was altered. */
  | { readonly fault: "unarmored" | "damaged" }
  /** None of the keys fits. `foreign`: no key that is read here could, for it is encrypted to these alone. */
  | { readonly fault: "other"; readonly foreign: readonly string[] };

/** Decrypts an armored age text with whichever of the keys fits. What the library says of a failure is not passed on. */
export async function decryptAge(armored: string, { keys }: Pick<Identities, "keys">): Promise<Decrypted> {
  const { Decrypter, armor } = await ageLibrary();
  let file: Uint8Array;
  try {
    file = armor.decode(armored);
  } catch {
    return { fault: "unarmored" };
  }
  const decrypter = new Decrypter();
  for (const key of keys) decrypter.addIdentity(key.reveal());
  try {
    return { bytes: await decrypter.decrypt(file) };
  } catch (error) {
    const isOther = error instanceof Error && error.message.startsWith("no identity matched");
    return isOther ? { fault: "other", foreign: foreignRecipients(file) } : { fault: "damaged" };
  }
}
