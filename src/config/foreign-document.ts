import type { DiagnosticEntry } from "../yaml/diagnostic-list";
import { hideScalars } from "../yaml/hidden-lines";
import type { SourceText } from "../yaml/source-text";
import { child, keyStartOf, textOf, type YamlNode } from "../yaml/yaml-node";

const OWN_KEYS = ["managers", "state"];

/**
 * Recognises a document for another tool: one diagnostic instead of one for each of its keys.
 * `undefined` for a desired state, however wrong.
 */
export function foreignDocument(root: YamlNode, source: SourceText): DiagnosticEntry | undefined {
  if (root.kind !== "map") return undefined;
  const isSops = child(child(root, "sops"), "mac") !== undefined;
  const isKubernetes =
    child(root, "kind") !== undefined &&
    !textOf(child(root, "apiVersion")).startsWith("jp1im/") &&
    !OWN_KEYS.some((key) => root.entries.has(key));
  if (!isSops && !isKubernetes) return undefined;
  hideScalars(root, source);
  return {
    code: "file-unreadable",
    summary: isSops
      ? `${source.file} is a file of SOPS, not a desired state`
      : `${source.file} is a Kubernetes manifest, not a desired state`,
    remedy: `keep it outside of the folders that -f names, or name the files of the desired state themselves${isSops ? "; a value of it is taken by: { sops: { file: FILE, path: KEY } }" : ""}`,
    position: source.position(keyStartOf(root, isSops ? "sops" : "kind")),
  };
}
