import type { DiagnosticError } from "../../model/diagnostic";
import { remedyForFile, shellCommand } from "../../model/shell-command";
import { errorCode } from "../../platform/error-code";
import { fileFault } from "../../platform/file-fault";
import { foreignFile } from "../../platform/foreign-file";
import { textFault } from "../../platform/text-fault";
import { type SourceContext, unresolved } from "../sources/source";
import { readJson, readYaml } from "../tree/read-tree";
import { entryOf, type Tree, type TreeMap, textAt } from "../tree/tree";
import { readDotenv } from "./dotenv";
import { isEncryptedComment } from "./encrypted-value";
import type { SopsFormat } from "./shown-text";

const MOST_BYTES = 16 * 1024 * 1024;

/** A SOPS file, not decrypted. */
export interface SopsDocument {
  readonly path: string;
  readonly format: SopsFormat;
  /** The documents without their metadata; only a YAML file may have several. */
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
  /** The MAC leaves out unencrypted values. */
  readonly macOnlyEncrypted: boolean;
}

/** Reads a SOPS file, once per run. */
export function sopsDocument(path: string, context: SourceContext): Promise<SopsDocument> {
  return context.once(`sops document ${path}`, async () => {
    const text = await readText(path, context);
    const { format, trees } = parse(path, text);
    const metadata = metadataIn(trees);
    if (metadata === undefined) throw notEncrypted(path);
    return {
      path,
      format,
      trees: trees.map((tree) => withoutComments(withoutMetadata(tree))),
      metadata: readMetadata(metadata, path),
    };
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
  const foreign = foreignFile(bytes) ?? textFault(bytes);
  if (foreign !== undefined)
    throw unresolved(`the SOPS file ${path} ${foreign.why}`, remedyForFile(foreign.remedy, path));
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    throw unresolved(`the SOPS file ${path} is not UTF-8 text`, "restore it from your repository");
  }
}

const readers: Readonly<Record<SopsFormat, (text: string) => readonly Tree[] | undefined>> = {
  JSON: (text) => listOf(readJson(text)),
  YAML: readYaml,
  dotenv: (text) => listOf(readDotenv(text)),
};

/**
 * The file-name endings from which SOPS derives the format; it compares them with the whole name, so that `.env` is a
 * dotenv file.
 */
const endings: readonly (readonly [ending: string, format: SopsFormat])[] = [
  [".yaml", "YAML"],
  [".yml", "YAML"],
  [".json", "JSON"],
  [".env", "dotenv"],
];

/**
 * A file with any other name has the format of SOPS's `--input-type`, or is binary data, which SOPS stores as JSON.
 * This takes the first format in which the text has the metadata of SOPS.
 */
function parse(path: string, text: string): Pick<SopsDocument, "format" | "trees"> {
  if (path.endsWith(".ini"))
    throw unresolved(`${path} is an INI file`, "keep the values in YAML, JSON or dotenv");
  const named = endings.find(([ending]) => path.endsWith(ending))?.[1];
  const candidates: readonly SopsFormat[] = named === undefined ? ["JSON", "YAML", "dotenv"] : [named];
  const readings = candidates.flatMap((format) => {
    const trees = readers[format](text);
    return trees?.every((tree) => tree.kind === "map") ? [{ format, trees }] : [];
  });
  const reading = readings.find(({ trees }) => metadataIn(trees) !== undefined) ?? readings[0];
  if (reading !== undefined) return reading;
  // An anchor, say, is read in no file: SOPS writes none.
  const clear = /\bsops\b|\bsops_/.test(text) ? "" : ", and is not encrypted by SOPS: it has no entry `sops`";
  throw unresolved(
    `the SOPS file ${path} does not hold ${candidates.join(", ").replace(/, (?=\w+$)/, " or ")} with keys${clear}`,
    "name a file that SOPS encrypted: .yaml, .yml, .json or .env",
  );
}

function notEncrypted(path: string): DiagnosticError {
  return unresolved(
    `the file ${path} is not encrypted by SOPS: it has no entry \`sops\``,
    `encrypt it: ${shellCommand("sops", "encrypt", "-i", path)}`,
  );
}

function listOf(tree: Tree | undefined): Tree[] | undefined {
  return tree === undefined ? undefined : [tree];
}

function metadataIn(trees: readonly Tree[]): Tree | undefined {
  return trees.map((tree) => entryOf(tree, "sops")).find((entry) => entry !== undefined);
}

/**
 * SOPS stores a comment in a list as an encrypted item of the list, and prints the list without it. Comments are not
 * part of the MAC, so removing them hides no change: an item that was turned into a comment would be missing from the
 * MAC.
 */
function withoutComments(tree: Tree): Tree {
  if (tree.kind === "list") {
    const items = tree.items.filter((item) => item.kind !== "leaf" || !isEncryptedComment(item.text));
    return { kind: "list", items: items.map(withoutComments) };
  }
  if (tree.kind === "leaf") return tree;
  return {
    kind: "map",
    entries: new Map(Array.from(tree.entries, ([key, entry]) => [key, withoutComments(entry)])),
  };
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
    throw unresolved(`the SOPS file ${path} has lost its MAC`, "restore it, or encrypt it again");
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
