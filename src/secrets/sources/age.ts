import { createHash } from "node:crypto";
import type { DiagnosticError } from "../../model/diagnostic";
import { SecretValue } from "../../model/secret-value";
import { decryptAge } from "../age/decrypt";
import { ageIdentities, KEY_FILE, standardFile } from "../age/identities";
import { noKeyFits } from "../age/no-key";
import { externalOf, type Source, unresolved } from "./source";

/**
 * `age: |` with an armored age text below it: the value itself, encrypted. One line end at its end is dropped, as
 * with a file. Keys are searched for in the places of SOPS.
 */
export const age: Source = {
  type: "age",
  describe: () => "age text",
  read: async (reference, context) => {
    const { options } = externalOf(reference);
    if (typeof options !== "string")
      throw unresolved("age has to hold one armored text", "write: age: | and the text");
    const identities = await ageIdentities(context);
    const decrypted = await decryptAge(options, identities);
    if ("bytes" in decrypted) return secretOf(decrypted.bytes);
    if (decrypted.fault === "other")
      throw noKeyFits({ what: "the age text", foreign: decrypted.foreign }, identities);
    throw decrypted.fault === "unarmored" ? notArmored(options) : damaged();
  },
  fileVariables: [KEY_FILE],
  usualFile: standardFile,
  // Encrypting the same value again gives another text, so a new text only means that the value may have changed.
  version: async ({ options }) => {
    if (typeof options !== "string") return undefined;
    const text = options.trim().replaceAll("\r\n", "\n");
    return { text: createHash("sha256").update(text).digest("base64url"), isHint: false };
  },
};

function notArmored(text: string): DiagnosticError {
  if (/^\s*-----BEGIN AGE ENCRYPTED FILE-----[^\n]*-----END AGE ENCRYPTED FILE-----\s*$/.test(text)) {
    return unresolved(
      "the age text stands on one line: `>` and quotes join lines in YAML",
      "write `age: |`, and the text as it is below it",
    );
  }
  const lines = text.trim().split("\n");
  const has = (edge: string) => lines.some((line) => line.startsWith(`-----${edge} AGE ENCRYPTED FILE-----`));
  if (has("BEGIN") && has("END") && lines.some((line) => /[ \t]\r?$/.test(line))) {
    return unresolved("the age text has blanks at the ends of its lines", "remove them");
  }
  if (has("BEGIN") !== has("END")) {
    const lost = has("BEGIN") ? "last" : "first";
    return unresolved(
      `the age text has lost its ${lost} line, -----${has("BEGIN") ? "END" : "BEGIN"} AGE ENCRYPTED FILE-----`,
      "copy the whole text",
    );
  }
  return unresolved("the age text is not armored age", "encrypt the value with: age --armor -r RECIPIENT");
}

function damaged(): DiagnosticError {
  return unresolved("the age text is damaged: a part of it was altered or lost", "encrypt the value again");
}

function secretOf(bytes: Uint8Array): SecretValue {
  let text: string;
  try {
    text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes).replace(/\r?\n$/, "");
  } catch {
    throw unresolved("what the age text holds is not UTF-8 text", "encrypt a text");
  }
  if (text === "") throw unresolved("what the age text holds is empty", "encrypt the value");
  return new SecretValue(text);
}
