import { createHash } from "node:crypto";
import type { ExternalReference } from "../../model/desired-state";
import { fieldsOf, textOption } from "../../model/options";
import { SecretValue } from "../../model/secret-value";
import { KEY_FILE, standardFile } from "../age/identities";
import { pathFrom } from "../path-from";
import { isEncrypted } from "../sops/encrypted-value";
import { type SopsDocument, sopsDocument } from "../sops/sops-document";
import { sopsValues } from "../sops/sops-values";
import type { Leaf } from "../tree/tree";
import { lookUp, parseTreePath, type Step } from "../tree/tree-path";
import { externalOf, type Source, unresolved } from "./source";

/**
 * `sops: { file: FILE, path: smtp.password }`: one value of a YAML, JSON or dotenv file that SOPS encrypted to an age
 * recipient. The file is decrypted once per run and its MAC checked. Numbers and booleans are the text that `sops
 * decrypt` prints.
 */
export const sops: Source = {
  type: "sops",
  describe: (options) =>
    `${textOption(options, "path") ?? "nothing"} in the SOPS file ${textOption(options, "file") ?? "without a path"}`,
  read: async (reference, context) => {
    const { file, steps, shown } = optionsOf(externalOf(reference));
    const { document, textOf } = await sopsValues(file, context);
    const value = textOf(leafAt(document, steps, shown));
    if (value === undefined) {
      throw unresolved(
        `the value at ${shown} of the SOPS file ${file} is not encrypted, and its MAC covers only what is`,
        "encrypt it, or the file without --mac-only-encrypted",
      );
    }
    if (value === "")
      throw unresolved(`the value at ${shown} of the SOPS file ${file} is empty`, "give it a value");
    return new SecretValue(value);
  },
  placed: async ({ options }, resolved) => {
    const named = textOption(options, "file");
    return named === undefined ? options : { ...fieldsOf(options), file: await resolved(named) };
  },
  reads: ({ options, folder }) => {
    const named = textOption(options, "file");
    return named === undefined ? [] : [pathFrom(folder, named)];
  },
  fileVariables: [KEY_FILE],
  usualFile: standardFile,
  version: async (reference, context) => {
    const { file, steps, shown } = optionsOf(reference);
    const { text } = leafAt(await sopsDocument(file, context), steps, shown);
    // A digest of a value in clear text would reveal it to an attacker who guesses.
    if (!isEncrypted(text)) return undefined;
    return { text: createHash("sha256").update(text).digest("base64url"), isHint: false };
  },
};

function optionsOf({ options, folder }: ExternalReference): { file: string; steps: Step[]; shown: string } {
  const file = textOption(options, "file");
  const path = textOption(options, "path");
  if (file === undefined || path === undefined) {
    throw unresolved(
      "sops has to name a file and a path in it",
      "write: sops: { file: FILE, path: KEY.KEY }",
    );
  }
  const steps = parseTreePath(path);
  if (steps === undefined) {
    throw unresolved(
      `the path ${JSON.stringify(path)} into a SOPS file cannot be read`,
      'write keys with dots between them, [0] for an item of a list, and quotes around a key that holds a dot: a."b.c"[0]',
    );
  }
  return { file: pathFrom(folder, file), steps, shown: path };
}

function leafAt({ path, trees }: SopsDocument, steps: readonly Step[], shown: string): Leaf {
  const [tree] = trees;
  const remedy = "correct `path`";
  if (tree === undefined) throw unresolved(`the SOPS file ${path} is empty`, remedy);
  const lookup = lookUp(tree, steps);
  if ("missing" in lookup)
    throw unresolved(`the SOPS file ${path} holds nothing at ${shown}: ${lookup.missing}`, remedy);
  const { node } = lookup;
  if (node.kind !== "leaf")
    throw unresolved(`there are more keys below ${shown} in the SOPS file ${path}`, remedy);
  if (node.type === "null")
    throw unresolved(`the value at ${shown} of the SOPS file ${path} is null`, "give it a value");
  return node;
}
