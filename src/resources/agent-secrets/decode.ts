import type { AgentDeclaration, AgentSelector, SecretBlock } from "../../model/desired-state";
import type { SourcePosition } from "../../model/diagnostic";
import { kinds } from "../../model/kind-names";
import type { DecodeContext } from "../../yaml/decode-context";
import type { DiagnosticList } from "../../yaml/diagnostic-list";
import { quote } from "../../yaml/quote";
import { child, itemsOf, requiredMap, startOf, textOf, type YamlNode } from "../../yaml/yaml-node";
import { decodeOverride, type Overriding } from "../overrides";
import { withoutReplacedKeys } from "./override";

/** An agent entry whose `managerHost` may have to come from the merged manager. */
export interface AgentEntry extends Overriding {
  readonly selector:
    | { readonly by: "host"; readonly host: string; readonly managerHost?: string }
    | Extract<AgentSelector, { by: "match" }>;
  readonly secrets: SecretBlock;
  readonly position: SourcePosition;
}

export function decodeAgents(manager: YamlNode, context: DecodeContext): AgentEntry[] {
  return itemsOf(child(manager, kinds.secret.key)).map((node) => decode(node, context));
}

function decode(node: YamlNode, context: DecodeContext): AgentEntry {
  const { source, references, diagnostics } = context;
  const host = child(node, "host");
  const match = child(node, "match");
  const managerHost = child(node, "managerHost");
  const os = child(node, "os");
  const addons = child(node, "addons");
  if (host && managerHost && /[*?\s]/.test(textOf(managerHost))) {
    diagnostics.add({
      code: "out-of-range",
      summary: `managerHost of an exact agent must be a host name, found ${quote(textOf(managerHost))}`,
      remedy: "write the host name, or use `match` instead of `host`",
      position: source.position(managerHost.start),
    });
  }
  const manager = managerHost ? { managerHost: textOf(managerHost) } : {};
  return {
    selector: host
      ? { by: "host", host: textOf(host), ...manager }
      : {
          by: "match",
          match: textOf(match),
          ...manager,
          os: os && textOf(os),
          addons: addons && itemsOf(addons).map(textOf),
        },
    secrets: references.block(requiredMap(node, "secrets")),
    position: source.position(startOf(node, host ? "host" : "match")),
    ...decodeOverride(node, context),
  };
}

/**
 * In the order of their declaration: the order of selectors does not matter, and several entries may have the keys of
 * one agent.
 */
export function mergeAgents(
  managerHost: string,
  entries: readonly AgentEntry[],
  diagnostics: DiagnosticList,
): AgentDeclaration[] {
  const complete = entries.map(({ selector, ...entry }) =>
    selector.by === "match"
      ? { selector, ...entry }
      : { selector: { ...selector, managerHost: selector.managerHost ?? managerHost }, ...entry },
  );
  return withoutReplacedKeys(complete, diagnostics);
}
