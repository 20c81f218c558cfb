import { SecretValue } from "../../model/secret-value";
import { ageLibrary } from "./library";

export interface ParsedKeys {
  readonly keys: readonly SecretValue[];
  /** Unusable lines and what they are: `line 3 of SOPS_AGE_KEY is an SSH key`. */
  readonly unusable: readonly string[];
}

/**
 * The age keys in a text, in any order with identities of other kinds, which age and SOPS can use and we cannot. It
 * skips those, because one fitting key is enough.
 */
export async function parsePrivateKeys(text: string, where: string): Promise<ParsedKeys> {
  const keys: SecretValue[] = [];
  const unusable: string[] = [];
  if (text.startsWith("age-encryption.org/")) return { keys, unusable: [`${where} is ${ENCRYPTED}`] };
  let block: string | undefined;
  for (const [index, line] of text.split(/\r?\n/).entries()) {
    const [, edge, label = ""] = /^\s*-----(BEGIN|END) (.+?)-----/.exec(line) ?? [];
    if (edge === "BEGIN") unusable.push(`line ${index + 1} of ${where} is ${describePem(label)}`);
    block = edge === "BEGIN" ? label : edge === "END" ? undefined : block;
    if (block !== undefined || edge !== undefined || line.trim().startsWith("#")) continue;
    for (const word of line.split(/\s+/).filter((each) => each !== "")) {
      if (await isKey(word)) keys.push(new SecretValue(word));
      else unusable.push(`line ${index + 1} of ${where} is ${describeWord(word)}`);
    }
  }
  return { keys, unusable };
}

const ENCRYPTED = "a file of keys that is encrypted with a passphrase";

async function isKey(word: string): Promise<boolean> {
  const { identityToRecipient } = await ageLibrary();
  // The library's own message might repeat the key.
  return identityToRecipient(word).then(
    () => true,
    () => false,
  );
}

function describePem(label: string): string {
  if (label === "AGE ENCRYPTED FILE") return ENCRYPTED;
  return label.endsWith("PRIVATE KEY") ? "an SSH key, and those are not read" : "no age key";
}

function describeWord(word: string): string {
  const [, plugin] = /^AGE-PLUGIN-(.+?)-1/i.exec(word) ?? [];
  if (plugin !== undefined)
    return `of the age plugin ${plugin.toLowerCase().slice(0, 40)}, and plugins are not used`;
  if (/^["'].*["']$/.test(word)) return "in quotes, which do not belong to a key";
  return word.startsWith("age1") ? "a public key, not a private one" : "no age key";
}
