import { clientAddress } from "../../model/address";
import type { DesiredClient } from "../../model/desired-state";
import type { SourcePosition } from "../../model/diagnostic";
import { idOfGeneration } from "../../model/id-template";
import { kinds } from "../../model/kind-names";
import { Limits } from "../../model/limits";
import type { DecodeContext } from "../../yaml/decode-context";
import type { DiagnosticList } from "../../yaml/diagnostic-list";
import { quote } from "../../yaml/quote";
import { child, itemsOf, required, startOf, textOf, type YamlNode } from "../../yaml/yaml-node";
import { byText, declaredOnce, reportDuplicate } from "../declared-once";
import { decodeDuration, decodeRotation } from "../decode-rotation";
import { decodeOverride, type Overriding, withoutReplaced } from "../overrides";

export function decodeClients(manager: YamlNode, context: DecodeContext): (DesiredClient & Overriding)[] {
  return itemsOf(child(manager, kinds.client.key)).map((node) => decode(node, context));
}

function decode(node: YamlNode, context: DecodeContext): DesiredClient & Overriding {
  const { source, references, diagnostics } = context;
  const template = child(node, "idTemplate");
  const rotation = decodeRotation(node);
  const id = template ? idOfGeneration(textOf(template), rotation.generation) : textOf(child(node, "id"));
  if (template && id.length > Limits.clientId.max) {
    diagnostics.add({
      code: "out-of-range",
      summary: `the ID that ${quote(textOf(template))} makes of generation ${rotation.generation} has ${id.length} characters`,
      remedy: `shorten the template: an ID has at most ${Limits.clientId.max}`,
      position: source.position(template.start),
    });
  }
  return {
    id,
    template: template && { text: textOf(template), overlapMs: decodeDuration(required(node, "overlap")) },
    ...rotation,
    ...decodeOverride(node, context),
    deliverTo: references.sink(required(node, "deliverTo")),
    position: source.position(startOf(node, template ? "idTemplate" : "id")),
  };
}

/** Two clients with one template would each be an earlier generation of the other, even if their IDs differ today. */
export function mergeClients(
  manager: string,
  declared: readonly (DesiredClient & Overriding)[],
  diagnostics: DiagnosticList,
): DesiredClient[] {
  const addressOf = ({ id }: DesiredClient) => clientAddress(manager, id);
  // An entry replaces one with the same template, whatever its generation.
  const identityOf = ({ id, template }: DesiredClient) => (template ? `template ${template.text}` : id);
  const current = withoutReplaced(declared, addressOf, diagnostics, identityOf);
  const clients = declaredOnce(current, addressOf, diagnostics);
  const byTemplate = new Map<string, SourcePosition>();
  for (const { template, position } of clients) {
    const other = template && byTemplate.get(template.text);
    if (other) {
      const what = `the template ${quote(template.text)} of ${manager}`;
      reportDuplicate(manager, position, other, diagnostics, what);
    } else if (template) byTemplate.set(template.text, position);
  }
  return clients.sort(byText(({ id }) => id));
}
