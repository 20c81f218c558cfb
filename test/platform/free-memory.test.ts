import type { Declarations } from "../../src/config/declarations";
import { decodeDocument } from "../../src/config/decode-document";
import { noDeclarations } from "../../src/config/read-documents";
import { freeMemory } from "../../src/platform/free-memory";
import { DiagnosticList } from "../../src/yaml/diagnostic-list";
import { parseYaml } from "../../src/yaml/parse-yaml";
import { SourceText } from "../../src/yaml/source-text";
import { child, itemsOf, type YamlNode } from "../../src/yaml/yaml-node";

const text = `
apiVersion: jp1im/v1
managers:
  tokyo:
    url: http://immhost01:20703
    host: immhost01
    auth: { user: jp1admin, password: { env: PASSWORD } }
    agents:
      - match: web*
        secrets: { key: { env: VALUE } }
`;

/** Decodes a document, and returns some nodes of it as something that does not keep them. */
function decode(declarations: Declarations): readonly WeakRef<YamlNode>[] {
  const [source, diagnostics] = [new SourceText({ file: "a", folder: "/", text }), new DiagnosticList()];
  const [root] = parseYaml(source, diagnostics);
  if (root === undefined) throw new Error("there is no document");
  decodeDocument(root, source, declarations, diagnostics);
  const manager = child(child(root, "managers"), "tokyo");
  const [agent] = itemsOf(child(manager, "agents"));
  return [root, manager, child(agent, "secrets")].flatMap((node) => (node ? [new WeakRef(node)] : []));
}

test("what a document declares keeps no node of it, so that its memory can be freed", async () => {
  const declarations = noDeclarations();
  const nodes = decode(declarations);
  expect(nodes).toHaveLength(3);
  // What a WeakRef refers to stays until the present task has ended.
  await new Promise((resolve) => setImmediate(resolve));
  freeMemory();
  expect(nodes.map((node) => node.deref())).toEqual([undefined, undefined, undefined]);
  expect(declarations.managers[0]?.settings.auth?.identity).toMatch(/^[0-9a-f]{64}$/);
});
