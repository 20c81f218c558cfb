import { resolve } from "node:path";
import type { DesiredClient, DesiredLowerManager } from "../model/desired-state";
import { idOfGeneration } from "../model/id-template";
import { Limits } from "../model/limits";
import type { AgentEntry, Declarations, ManagerDeclaration } from "./declarations";
import { decodeFreeze } from "./decode-freeze";
import { decodeProtect } from "./decode-protect";
import { ReferenceDecoder } from "../yaml/decode-references";
import { type DecodeContext, decodeSettings } from "./decode-settings";
import type { DiagnosticList } from "../yaml/diagnostic-list";
import { quote } from "../yaml/quote";
import type { SourceText } from "../yaml/source-text";
import { child, keyStartOf, textOf, type YamlMap, type YamlNode } from "../yaml/yaml-node";

/** Adds what one document declares. The schema has accepted it: whatever is there has the type it should have. */
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
  const path = child(child(child(root, "state"), "local"), "path");
  if (path !== undefined) {
    declarations.states.push({
      path: resolve(source.folder, textOf(path)),
      position: source.position(keyStartOf(root, "state")),
    });
  }
}

function decodeManager(
  name: string,
  keyStart: number,
  node: YamlNode,
  context: DecodeContext,
): ManagerDeclaration {
  const { source, references } = context;
  const initialSecret = child(node, "initialSecret");
  const policy = child(node, "policy");
  const urlHost = hostOf(textOf(child(node, "url")));
  return {
    name,
    position: source.position(keyStart),
    settings: decodeSettings(name, node, context),
    ...(urlHost !== undefined && { urlHost }),
    protect: itemsOf(child(policy, "protect")).map((item) => decodeProtect(name, item, context)),
    freeze: itemsOf(child(policy, "freeze")).flatMap((item) => decodeFreeze(item, context) ?? []),
    ...(initialSecret && {
      initialSecret: {
        ...generationOf(initialSecret),
        deliverTo: references.sink(nodeAt(initialSecret, "deliverTo")),
        position: source.position(keyStartOf(node, "initialSecret")),
      },
    }),
    clients: itemsOf(child(node, "clients")).map((client) => decodeClient(client, context)),
    lowerManagers: itemsOf(child(node, "lowerManagers")).map((lower) => decodeLowerManager(lower, context)),
    agents: itemsOf(child(node, "agents")).map((agent) => decodeAgent(agent, context)),
  };
}

/** Not `URL`, which makes capitals small: agents know their manager under exactly this name. */
function hostOf(url: string): string | undefined {
  const [, bracketed, plain] = /^https?:\/\/(?:\[([^\]]*)\]|([^:/]+))/i.exec(url) ?? [];
  return bracketed ?? plain;
}

function decodeClient(node: YamlNode, { source, references, diagnostics }: DecodeContext): DesiredClient {
  const template = child(node, "idTemplate");
  const rotation = generationOf(node);
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
    ...(template && {
      template: { text: textOf(template), overlapMs: durationOf(nodeAt(node, "overlap")) },
    }),
    ...rotation,
    deliverTo: references.sink(nodeAt(node, "deliverTo")),
    position: positionOf(node, template ? "idTemplate" : "id", source),
  };
}

function decodeLowerManager(node: YamlNode, { source, references }: DecodeContext): DesiredLowerManager {
  const secret = child(node, "initialSecret") ?? node;
  const issueOn = child(secret, "issueOn");
  return {
    host: textOf(child(node, "host")),
    initialSecret: issueOn
      ? { from: "manager", manager: textOf(issueOn) }
      : { from: "source", source: references.secret(secret) },
    position: positionOf(node, "host", source),
  };
}

function decodeAgent(node: YamlNode, { source, references, diagnostics }: DecodeContext): AgentEntry {
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
          ...(os && { os: textOf(os) }),
          ...(addons && { addons: itemsOf(addons).map(textOf) }),
        },
    secrets: references.block(mapAt(node, "secrets")),
    position: positionOf(node, host ? "host" : "match", source),
  };
}

function positionOf(node: YamlNode, name: string, source: SourceText) {
  return source.position(child(node, name)?.start ?? node.start);
}

/** What clients and initial secrets say of their rotation. */
function generationOf(node: YamlNode): Pick<DesiredClient, "generation" | "rotateAfterMs"> {
  const generation = child(node, "generation")?.data;
  const rotateAfter = child(node, "rotateAfter");
  return {
    generation: typeof generation === "number" ? generation : 1,
    ...(rotateAfter && { rotateAfterMs: durationOf(rotateAfter) }),
  };
}

const HOUR_MS = 3_600_000;
const unitMs: Readonly<Record<string, number>> = { h: HOUR_MS, d: 24 * HOUR_MS, w: 7 * 24 * HOUR_MS };

/** Milliseconds; the schema has checked the form. */
function durationOf(node: YamlNode): number {
  const text = textOf(node);
  return Number(text.slice(0, -1)) * (unitMs[text.slice(-1)] ?? 0);
}

function nodeAt(node: YamlNode, name: string): YamlNode {
  const found = child(node, name);
  if (found === undefined) throw new Error(`the schema let a document without ${name} pass`);
  return found;
}

function mapAt(node: YamlNode, name: string): YamlMap {
  const found = child(node, name);
  if (found?.kind !== "map") throw new Error(`the schema let a document without a mapping ${name} pass`);
  return found;
}

function itemsOf(node: YamlNode | undefined): readonly YamlNode[] {
  return node?.kind === "list" ? node.items : [];
}

function entriesOf(node: YamlNode | undefined): YamlMap["entries"] {
  return node?.kind === "map" ? node.entries : new Map();
}
