import { initialSecretAddress } from "../../model/address";
import type { DesiredInitialSecret } from "../../model/desired-state";
import { kinds } from "../../model/kinds";
import type { DecodeContext } from "../../yaml/decode-context";
import type { DiagnosticList } from "../../yaml/diagnostic-list";
import { child, keyStartOf, required, type YamlNode } from "../../yaml/yaml-node";
import { declaredOnce } from "../declared-once";
import { decodeRotation } from "../decode-rotation";

const { key } = kinds["initial-secret"];

export function decodeInitialSecret(
  manager: YamlNode,
  { source, references }: DecodeContext,
): DesiredInitialSecret[] {
  const node = child(manager, key);
  if (node === undefined) return [];
  const deliverTo = references.sink(required(node, "deliverTo"));
  return [{ ...decodeRotation(node), deliverTo, position: source.position(keyStartOf(manager, key)) }];
}

export function mergeInitialSecrets(
  manager: string,
  declared: readonly DesiredInitialSecret[],
  diagnostics: DiagnosticList,
): DesiredInitialSecret | undefined {
  const [initialSecret] = declaredOnce(declared, () => initialSecretAddress(manager), diagnostics);
  return initialSecret;
}
