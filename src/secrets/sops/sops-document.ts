import { extname } from "node:path";
import { fileFault } from "../../platform/file-fault";
import { errorCode } from "../../platform/file-system";
import { type SourceContext, unresolved } from "../sources/source";
import { readJson, readYaml } from "../tree/read-tree";
import { entryOf, type Tree, type TreeMap, textAt } from "../tree/tree";
import { readDotenv } from "./dotenv";

const MOST_BYTES = 16 * 1024 * 1024;

/** A SOPS file as it lies there, nothing decrypted. */
export interface SopsDocument {
  readonly path: string;
  /** The documents without their metadata; all but a YAML file have one. */
  readonly trees: readonly Tree[];
  readonly metadata: SopsMetadata;
}

export interface SopsMetadata {
  /** The data key, encrypted to each age recipient. */
  readonly age: readonly { readonly recipient: string; readonly encrypted: string }[];
  /** Other kinds of keys that it is encrypted to: `pgp`, `kms`. */
  readonly others: readonly string[];
  readonly mac: string;
  readonly lastModified: string;
  /** Values that are not encrypted are left out of the MAC. */
  readonly macOnlyEncrypted: boolean;
}

/** Reads a SOPS file, once per run. */
export function sopsDocument(path: string, context: SourceContext): Promise<SopsDocument> {
  return context.once(`sops document ${path}`, async () => {
    const text = await readText(path, context);
    const trees = parse(path, text);
    const metadata = trees.map((tree) => entryOf(tree, "sops")).find((entry) => entry !== undefined);
    if (metadata === undefined) {
      throw unresolved(
        `the file ${path} is not encrypted by SOPS: it has no entry \`sops\``,
        "encrypt it: sops encrypt -i FILE",
      );
    }
    return { path, trees: trees.map(withoutMetadata), metadata: readMetadata(metadata, path) };
  });
}

async function readText(path: string, { fileSystem }: SourceContext): Promise<string> {
  let bytes: Buffer;
  try {
    const { type, size } = await fileSystem.stat(path);
    if (type !== "file" || size > MOST_BYTES) {
      throw unresolved(`${path} is not a file of at most ${MOST_BYTES} bytes`, "name a SOPS file");
    }
    bytes = await fileSystem.readFile(path);
  } catch (error) {
    if (errorCode(error) === undefined) throw error;
    const summary = `the SOPS file ${path} cannot be read: ${fileFault(error)}`;
    throw unresolved(summary, "check the path and its permissions", error);
  }
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    throw unresolved(`the SOPS file ${path} is not UTF-8 text`, "restore it");
  }
}

/** The format is told by the name of the file, as SOPS does it; what it does not know holds JSON with the key `data`. */
function parse(path: string, text: string): readonly Tree[] {
  const extension = extname(path).toLowerCase();
  if (extension === ".ini")
    throw unresolved(`${path} is an INI file`, "keep the values in YAML, JSON or dotenv");
  const [format, trees] =
    extension === ".yaml" || extension === ".yml"
      ? ["YAML", readYaml(text)]
      : extension === ".env"
        ? ["dotenv", listOf(readDotenv(text))]
        : ["JSON", listOf(readJson(text))];
  if (trees?.every((tree) => tree.kind === "map")) return trees;
  throw unresolved(
    `the SOPS file ${path} does not hold ${format} with keys`,
    "name a file that SOPS encrypted: .yaml, .yml, .json or .env",
  );
}

function listOf(tree: Tree | undefined): Tree[] | undefined {
  return tree === undefined ? undefined : [tree];
}

function withoutMetadata(tree: Tree): Tree {
  if (tree.kind !== "map") return tree;
  return {
    kind: "map",
    entries: new Map([...tree.entries].filter(([key]) => key !== "sops")),
  } satisfies TreeMap;
}

const KEY_KINDS = ["pgp", "kms", "gcp_kms", "azure_kv", "hc_vault", "hckms"];

function readMetadata(metadata: Tree, path: string): SopsMetadata {
  const groups = itemsOf(entryOf(metadata, "key_groups"));
  if (groups.length > 1) {
    throw unresolved(
      `the SOPS file ${path} has its key split over ${groups.length} groups`,
      "encrypt it to one group of age recipients",
    );
  }
  const keys = groups[0] ?? metadata;
  const age = itemsOf(entryOf(keys, "age")).map((item) => ({
    recipient: textAt(item, "recipient") ?? "somebody",
    encrypted: textAt(item, "enc") ?? "",
  }));
  const mac = textAt(metadata, "mac");
  const lastModified = textAt(metadata, "lastmodified");
  if (mac === undefined || lastModified === undefined) {
    throw unresolved(`the SOPS file ${path} has lost its MAC`, "restore it, or encrypt it anew");
  }
  return {
    age,
    others: KEY_KINDS.filter((kind) => itemsOf(entryOf(keys, kind)).length > 0),
    mac,
    lastModified,
    macOnlyEncrypted: textAt(metadata, "mac_only_encrypted") === "true",
  };
}

function itemsOf(tree: Tree | undefined): readonly Tree[] {
  return tree?.kind === "list" ? tree.items : [];
}
