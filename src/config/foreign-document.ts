import type { DiagnosticEntry } from "../yaml/diagnostic-list";
import { hideScalars } from "../yaml/hidden-lines";
import type { SourceText } from "../yaml/source-text";
import { child, keyStartOf, textOf, type YamlMap, type YamlNode } from "../yaml/yaml-node";

const OWN_KEYS = ["managers", "state"];

/**
 * Recognises a document for another tool: one diagnostic instead of one for each of its keys.
 * `undefined` for a desired state, however wrong.
 */
export function foreignDocument(root: YamlNode, source: SourceText): DiagnosticEntry | undefined {
  if (root.kind !== "map") return undefined;
  const tool = TOOLS.find(({ is }) => is(root));
  if (tool === undefined) return undefined;
  hideScalars(root, source);
  return {
    code: "file-unreadable",
    summary: `${source.file} is ${tool.what}, not a desired state`,
    remedy: `keep it outside of the folders that -f names, or name the files of the desired state themselves${tool.instead ?? ""}`,
    position: source.position(keyStartOf(root, tool.key)),
  };
}

interface Tool {
  /** What the file is, as part of a sentence. */
  readonly what: string;
  /** The key that shows it. */
  readonly key: string;
  readonly is: (root: YamlMap) => boolean;
  readonly instead?: string;
}

const TOOLS: readonly Tool[] = [
  {
    what: "a file of SOPS",
    key: "sops",
    is: (root) => child(child(root, "sops"), "mac") !== undefined,
    instead: "; a value of it is taken by: { sops: { file: FILE, path: KEY } }",
  },
  {
    what: "a world of the simulator",
    key: "apiVersion",
    is: (root) => textOf(child(root, "apiVersion")).startsWith("jp1im-simulator/"),
    instead: "; it goes with: jp1im simulate FILE",
  },
  ...[
    ["kind", "a Kubernetes manifest"],
    ["services", "a file of Docker Compose"],
    ["lockfileVersion", "a lock file of a package manager"],
    ["jobs", "a workflow of CI"],
    ["openapi", "an OpenAPI document"],
    ["scrape_configs", "a configuration of Prometheus"],
  ].map(([key = "", what = ""]) => ({ what, key, is: (root: YamlMap) => has(root, key) && isNotOurs(root) })),
];

function isNotOurs(root: YamlMap): boolean {
  return !textOf(child(root, "apiVersion")).startsWith("jp1im/") && !OWN_KEYS.some((key) => has(root, key));
}

function has(root: YamlMap, key: string): boolean {
  return root.entries.has(key);
}
