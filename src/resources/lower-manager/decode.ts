import { lowerManagerAddress } from "../../model/address";
import type { DesiredLowerManager } from "../../model/desired-state";
import { kinds } from "../../model/kind-names";
import type { DecodeContext } from "../../yaml/decode-context";
import type { DiagnosticList } from "../../yaml/diagnostic-list";
import { child, itemsOf, startOf, textOf, type YamlNode } from "../../yaml/yaml-node";
import { byText, declaredOnce } from "../declared-once";
import { decodeOverride, type Overriding, withoutReplaced } from "../overrides";

export function decodeLowerManagers(
  manager: YamlNode,
  context: DecodeContext,
): (DesiredLowerManager & Overriding)[] {
  return itemsOf(child(manager, kinds["lower-manager"].key)).map((node) => decode(node, context));
}

function decode(node: YamlNode, context: DecodeContext): DesiredLowerManager & Overriding {
  const { source, references } = context;
  const secret = child(node, "initialSecret") ?? node;
  const issueOn = child(secret, "issueOn");
  return {
    host: textOf(child(node, "host")),
    initialSecret: issueOn
      ? { from: "manager", manager: textOf(issueOn) }
      : { from: "source", source: references.secret(secret) },
    position: source.position(startOf(node, "host")),
    ...decodeOverride(node, context),
  };
}

export function mergeLowerManagers(
  manager: string,
  declared: readonly (DesiredLowerManager & Overriding)[],
  diagnostics: DiagnosticList,
): DesiredLowerManager[] {
  const addressOf = ({ host }: DesiredLowerManager) => lowerManagerAddress(manager, host);
  // Host names are the same whatever their case.
  const identityOf = ({ host }: DesiredLowerManager) => host.toLowerCase();
  const current = withoutReplaced(declared, addressOf, diagnostics, identityOf);
  return declaredOnce(current, addressOf, diagnostics, identityOf).sort(byText(({ host }) => host));
}
