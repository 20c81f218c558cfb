import { resourceKinds } from "../resources/kinds";
import type { DecodeContext } from "../yaml/decode-context";
import { ReferenceDecoder } from "../yaml/decode-references";
import type { DiagnosticList } from "../yaml/diagnostic-list";
import type { SourceText } from "../yaml/source-text";
import { child, entriesOf, itemsOf, keyStartOf, textOf, type YamlNode } from "../yaml/yaml-node";
import type { Declarations, ManagerDeclaration } from "./declarations";
import { decodeAudit } from "./decode-audit";
import { decodeFreeze } from "./decode-freeze";
import { decodeManagerSettings } from "./decode-manager-settings";
import { decodeProtect } from "./decode-protect";
import { decodeState } from "./decode-state";

/** Adds what one document declares. The schema has accepted it, so every value has the right type. */
export function decodeDocument(
  root: YamlNode,
  source: SourceText,
  declarations: Declarations,
  diagnostics: DiagnosticList,
): void {
  const references = new ReferenceDecoder(source, declarations.literals, diagnostics);
  const context = { source, references, diagnostics };
  for (const [name, { keyStart, value }] of entriesOf(child(root, "managers"))) {
    declarations.managers.push(decodeManager(name, keyStart, value, context));
  }
  const settings = decodeState(child(root, "state"), context);
  if (settings !== undefined)
    declarations.states.push({ settings, position: source.position(keyStartOf(root, "state")) });
  const audit = decodeAudit(root, context);
  if (audit !== undefined) declarations.audits.push(audit);
}

function decodeManager(
  name: string,
  keyStart: number,
  node: YamlNode,
  document: Omit<DecodeContext, "overrides">,
): ManagerDeclaration {
  const overrides = child(node, "override")?.data === true;
  const context = { ...document, overrides };
  const policy = child(node, "policy");
  const urlHost = hostOf(textOf(child(node, "url")));
  return {
    name,
    position: context.source.position(keyStart),
    overrides,
    settings: decodeManagerSettings(name, node, context),
    urlHost,
    protect: itemsOf(child(policy, "protect")).map((item) => decodeProtect(name, item, context)),
    freeze: itemsOf(child(policy, "freeze")).flatMap((item) => decodeFreeze(item, context) ?? []),
    resources: new Map(resourceKinds.map((kind) => [kind, kind.decode(node, context)])),
  };
}

/** Not `URL`, which changes the name to lower case: agents know their manager under exactly this name. */
function hostOf(url: string): string | undefined {
  const [, bracketed, plain] = /^\w+:\/\/(?:\[([^\]]*)\]|([^:/]+))/.exec(url) ?? [];
  return bracketed ?? plain;
}
