import { byText, declaredOnce } from "../../../../src/resources/declared-once";
import { decodeOverride, type Overriding, withoutReplaced } from "../../../../src/resources/overrides";
import type { DecodeContext } from "../../../../src/yaml/decode-context";
import type { DiagnosticList } from "../../../../src/yaml/diagnostic-list";
import { child, itemsOf, startOf, textOf, type YamlNode } from "../../../../src/yaml/yaml-node";
import { noteNames } from "./names";
import { type DesiredNote, noteAddress } from "./shapes";

export type DeclaredNote = DesiredNote & Overriding;

export function decodeNotes(manager: YamlNode, context: DecodeContext): DeclaredNote[] {
  return itemsOf(child(manager, noteNames.key)).map((node) => ({
    name: textOf(child(node, "name")),
    text: textOf(child(node, "text")),
    position: context.source.position(startOf(node, "name")),
    ...decodeOverride(node, context),
  }));
}

export function mergeNotes(
  manager: string,
  declared: readonly DeclaredNote[],
  diagnostics: DiagnosticList,
): DesiredNote[] {
  const addressOf = ({ name }: DesiredNote) => noteAddress(manager, name);
  const current = withoutReplaced<DesiredNote>(declared, addressOf, diagnostics);
  return declaredOnce(current, addressOf, diagnostics).sort(byText(({ name }) => name));
}
