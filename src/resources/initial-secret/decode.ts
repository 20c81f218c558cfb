import { initialSecretAddress } from "../../model/address";
import type { DesiredInitialSecret } from "../../model/desired-state";
import { kinds } from "../../model/kind-names";
import type { DecodeContext } from "../../yaml/decode-context";
import type { DiagnosticList } from "../../yaml/diagnostic-list";
import { child, keyStartOf, required, type YamlNode } from "../../yaml/yaml-node";
import { declaredOnce } from "../declared-once";
import { decodeRotation } from "../decode-rotation";
import { decodeOverride, type Overriding, withoutReplaced } from "../overrides";

const { key } = kinds["initial-secret"];

export function decodeInitialSecret(
  manager: YamlNode,
  context: DecodeContext,
): (DesiredInitialSecret & Overriding)[] {
  const { source, references } = context;
  const node = child(manager, key);
  if (node === undefined) return [];
  const deliverTo = references.sink(required(node, "deliverTo"));
  const position = source.position(keyStartOf(manager, key));
  return [{ ...decodeRotation(node), ...decodeOverride(node, context), deliverTo, position }];
}

export function mergeInitialSecrets(
  manager: string,
  declared: readonly (DesiredInitialSecret & Overriding)[],
  diagnostics: DiagnosticList,
): DesiredInitialSecret | undefined {
  const addressOf = () => initialSecretAddress(manager);
  const current = withoutReplaced(declared, addressOf, diagnostics);
  const [initialSecret] = declaredOnce(current, addressOf, diagnostics);
  return initialSecret;
}
