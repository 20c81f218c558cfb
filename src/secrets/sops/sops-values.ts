import { createHash } from "node:crypto";
import { decryptAge } from "../age/decrypt";
import { ageIdentities } from "../age/identities";
import { noKeyFits } from "../age/no-key";
import { type SourceContext, unresolved } from "../sources/source";
import type { Leaf, Tree } from "../tree/tree";
import { decryptValue, isEncrypted } from "./encrypted-value";
import { macText } from "./mac-text";
import { shownText } from "./shown-text";
import { type SopsDocument, sopsDocument } from "./sops-document";

const KEY_BYTES = 32;
/**
 * The prefix of a MAC over encrypted values only: SHA-256 of the tool's name, so that the two kinds of MAC cannot be
 * confused.
 */
const onlyEncrypted = () => createHash("sha256").update("sops").digest();

/** A decrypted SOPS file with a valid MAC: every value by its leaf. */
export interface SopsValues {
  readonly document: SopsDocument;
  /** `undefined` for a value in clear text that the MAC does not cover. */
  textOf(leaf: Leaf): string | undefined;
}

/** Decrypts a SOPS file once per run, for all of its values, and checks its MAC. */
export function sopsValues(path: string, context: SourceContext): Promise<SopsValues> {
  return context.once(`sops values ${path}`, async () => {
    const document = await sopsDocument(path, context);
    const key = await dataKey(document, context);
    const values = decryptAll(document, key);
    return { document, textOf: (leaf) => values.get(leaf) };
  });
}

async function dataKey({ path, metadata }: SopsDocument, context: SourceContext): Promise<Buffer> {
  const { age, others } = metadata;
  if (age.length === 0) {
    throw unresolved(
      `the SOPS file ${path} is encrypted to ${others.join(", ") || "nobody"}, and not to an age key`,
      "add an age recipient to it: sops rotate -i --add-age RECIPIENT FILE",
    );
  }
  const identities = await ageIdentities(context);
  const unopened: (readonly string[])[] = [];
  for (const { encrypted } of age) {
    const decrypted = await decryptAge(encrypted, identities);
    if ("bytes" in decrypted && decrypted.bytes.length === KEY_BYTES) return Buffer.from(decrypted.bytes);
    if ("fault" in decrypted && decrypted.fault === "other") unopened.push(decrypted.foreign);
  }
  if (unopened.length > 0) {
    // One key of a readable kind is enough to open the file.
    const isForeign = unopened.every((foreign) => foreign.length > 0);
    const foreign = isForeign ? [...new Set(unopened.flat())] : [];
    const wanted = age.map(({ recipient }) => recipient);
    throw noKeyFits({ what: `the SOPS file ${path}`, wanted, foreign }, identities);
  }
  throw unresolved(`the data key of the SOPS file ${path} is damaged`, "restore the file");
}

/** All values by leaf. The MAC covers them in the order of the file. */
function decryptAll({ path, trees, format, metadata }: SopsDocument, key: Buffer): ReadonlyMap<Leaf, string> {
  const values = new Map<Leaf, string>();
  const mac = createHash("sha512");
  if (metadata.macOnlyEncrypted) mac.update(onlyEncrypted());
  const walk = (tree: Tree, steps: readonly string[]): void => {
    if (tree.kind === "map") {
      for (const [name, entry] of tree.entries) walk(entry, [...steps, name]);
    } else if (tree.kind === "list") {
      // A value in a list is bound to the place of the list.
      for (const item of tree.items) walk(item, steps);
    } else if (isEncrypted(tree.text)) {
      const plain = decryptValue(tree.text, key, `${steps.join(":")}:`);
      if (plain === undefined) throw altered(path, `the value at ${steps.join(".")}`);
      mac.update(plain.text, "utf8");
      values.set(tree, shownText(plain, format));
    } else if (!metadata.macOnlyEncrypted) {
      // Every number of JSON is a float to SOPS.
      const leaf = format === "JSON" && tree.type === "int" ? { ...tree, type: "float" as const } : tree;
      mac.update(macText(leaf), "utf8");
      values.set(tree, shownText(leaf, format));
    }
  };
  for (const tree of trees) walk(tree, []);
  const stored = decryptValue(metadata.mac, key, metadata.lastModified);
  if (stored?.text !== mac.digest("hex").toUpperCase())
    throw altered(path, "a value, or the order of the values");
  return values;
}

function altered(path: string, what: string) {
  return unresolved(
    `the SOPS file ${path} was changed after SOPS encrypted it: ${what} does not match its MAC`,
    "restore it; edit it only by: sops edit FILE",
  );
}
