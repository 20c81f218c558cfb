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

/** Longer than any header: each recipient takes about 150 bytes of it. */
const MOST_BYTES = 256 * 1024;

/** The kinds of keys that can be used here: plain ones, and those that hold against quantum computers. */
const READ = ["X25519", "mlkem768x25519"];

/**
 * Whom an age file is encrypted to, as its header says, where none of them can be read here: `an SSH key (ssh-rsa)`.
 * Empty where a key of a kind that is read could open it.
 */
function foreignRecipients(file: Uint8Array): readonly string[] {
  const [header = ""] = Buffer.from(file.subarray(0, MOST_BYTES)).toString("latin1").split("\n---", 1);
  // Some tools put in stanzas that mean nothing, so that readers keep passing over what they do not know.
  const types = [...header.matchAll(/^-> (\S+)/gm)]
    .map(([, type = ""]) => type)
    .filter((type) => !/grease$/i.test(type));
  return types.some((type) => READ.includes(type)) ? [] : [...new Set(types)].map(described);
}

function described(type: string): string {
  if (type === "scrypt") return "a passphrase";
  if (type.startsWith("ssh-")) return `an SSH key (${type})`;
  return `a key of an age plugin (${type.replace(/[^\w.-]/g, "?").slice(0, 40)})`;
}
