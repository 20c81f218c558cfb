import type { Identities } from "./identities";
import { ageLibrary } from "./library";

export type Decrypted =
  | { readonly bytes: Uint8Array }
  /** `unarmored`: it is not an armored age text; `damaged`: a key fits, but the text was altered. */
  | { readonly fault: "unarmored" | "damaged" }
  /** No key fits. `foreign`: the only recipients, of kinds that cannot be read here. */
  | { readonly fault: "other"; readonly foreign: readonly string[] };

/** Decrypts an armored age text with the key that fits. It does not pass on the library's error messages. */
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

/** The kinds of keys that can be used here: plain and post-quantum ones. */
const READ = ["X25519", "mlkem768x25519"];

/**
 * The recipients in an age file's header, if none of them is of a kind that can be read here: `an SSH key (ssh-rsa)`.
 * Empty if a key of a readable kind could open it.
 */
function foreignRecipients(file: Uint8Array): readonly string[] {
  const [header = ""] = Buffer.from(file.subarray(0, MOST_BYTES)).toString("latin1").split("\n---", 1);
  // Some tools add meaningless stanzas, so that readers must skip unknown ones.
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
