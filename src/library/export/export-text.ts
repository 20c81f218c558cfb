import type { DesiredManager } from "../../model/desired-state";
import type { Unplanned } from "../../model/plan";
import { type YamlMap, yamlComment, yamlEntry, yamlFlow, yamlText } from "../../yaml/yaml-text";
import type { ExportContent, ExportedAgent, LeftOut } from "./export-content";
import type { Template } from "./placeholders";

/** One file of an export; its text is generated while it is read. */
export interface ExportedDocument {
  /** A relative path with slashes. */
  readonly name: string;
  readonly text: () => Iterable<string>;
}

export type Split = "kind" | "agent";

export interface ExportParts {
  readonly manager: DesiredManager;
  readonly content: ExportContent;
  readonly unknown: readonly Unplanned[];
  readonly source: Template;
  readonly sink: Template;
}

type Part = Partial<Pick<ExportContent, "clients" | "lowerManagers" | "agents">>;

/**
 * The export as one document, or as several that merge. Read them in order: equal placeholders are numbered as they
 * occur.
 */
export function exportedDocuments(parts: ExportParts, split: Split | undefined): ExportedDocument[] {
  const { clients, lowerManagers, agents } = parts.content;
  const { name } = parts.manager;
  const document = (file: string, part: Part) => ({ name: file, text: () => documentText(parts, part) });
  if (split === undefined) return [document(`${name}.exported.yaml`, { clients, lowerManagers, agents })];
  const documents = [
    ...(clients.length > 0 ? [document(`${name}.clients.yaml`, { clients })] : []),
    ...(lowerManagers.length > 0 ? [document(`${name}.lower-managers.yaml`, { lowerManagers })] : []),
    ...(split === "kind" && agents.length > 0 ? [document(`${name}.agents.yaml`, { agents })] : []),
  ];
  if (split === "agent") {
    const fileOf = fileNames(name);
    for (const each of agents) documents.push(document(fileOf(each), { agents: [each] }));
  }
  return documents.length > 0 ? documents : [document(`${name}.exported.yaml`, {})];
}

/** A file for each agent, with its name; a number distinguishes equal names. */
function fileNames(manager: string): (agent: ExportedAgent) => string {
  const taken = new Set<string>();
  const safe = (text: string) =>
    text
      .replace(/[^A-Za-z0-9._-]+/g, "_")
      .replace(/^[.-]/, "_")
      .slice(0, 100);
  return ({ agent: { host, managerHost } }) => {
    const base = `${manager}.agents/${safe(managerHost)}/${safe(host)}`;
    let name = base;
    for (let number = 2; taken.has(name.toLowerCase()); number++) name = `${base}_${number}`;
    taken.add(name.toLowerCase());
    return `${name}.yaml`;
  };
}

function* documentText(parts: ExportParts, part: Part): Generator<string> {
  const { manager, content, unknown } = parts;
  const { clients = [], lowerManagers = [], agents = [] } = part;
  const isEmpty = clients.length + lowerManagers.length + agents.length === 0;
  yield* headText(manager.name, content.leftOut, unknown);
  yield `apiVersion: jp1im/v1\nmanagers:\n  ${yamlText(manager.name)}:${isEmpty ? " {}" : ""}\n`;
  if (clients.length > 0) yield "    clients:\n";
  for (const id of clients) {
    const deliverTo = parts.sink.fill("client", { MANAGER: manager.name, CLIENT: id });
    yield `      - ${yamlFlow({ id, generation: 1, deliverTo })}\n`;
  }
  if (lowerManagers.length > 0) yield "    lowerManagers:\n";
  for (const { host, issueOn } of lowerManagers) {
    const initialSecret = issueOn === undefined ? initialSecretOf(parts, host) : { issueOn };
    yield `      - ${yamlFlow({ host, initialSecret })}\n`;
  }
  if (agents.length > 0) yield "    agents:\n";
  for (const agent of agents) yield agentText(parts, agent);
}

function agentText({ manager, source }: ExportParts, { agent, keys }: ExportedAgent): string {
  const { host, managerHost } = agent;
  const lines = [`      - host: ${yamlText(host)}\n`];
  if (managerHost !== manager.host) lines.push(`        managerHost: ${yamlText(managerHost)}\n`);
  lines.push("        secrets:\n");
  const values = { MANAGER: manager.name, MANAGERHOST: managerHost, AGENT: host };
  const indent = " ".repeat(10);
  for (const key of keys)
    lines.push(`${indent}${yamlEntry(key, source.fill("secret", { ...values, KEY: key }), indent)}`);
  return lines.join("");
}

/** The same template as for agents, with the lower manager instead of the agent. */
function initialSecretOf({ manager, source }: ExportParts, host: string): YamlMap {
  return source.fill("lower-manager", {
    MANAGER: manager.name,
    MANAGERHOST: host,
    AGENT: host,
    KEY: "initial-secret",
  });
}

function* headText(manager: string, leftOut: LeftOut, unknown: readonly Unplanned[]): Generator<string> {
  yield yamlComment(`What ${manager} holds and nothing declared yet, written by jp1im export.`);
  yield yamlComment("A manager shows no value: each source below is a placeholder, to be given its value.");
  yield yamlComment(
    "jp1im import takes over what is declared here, and leaves every value as it is until then.",
  );
  for (const line of leftOutLines(leftOut)) yield yamlComment(line);
  if (unknown.length === 0) return;
  yield "#\n";
  yield yamlComment("INCOMPLETE. What could not be read is missing here, and was not declared absent:");
  for (const { address, detail } of unknown) yield yamlComment(`  ${address}: ${detail}`);
}

const NAMES_SHOWN = 5;

/** What an export leaves out, in sentences. */
export function leftOutLines(leftOut: LeftOut): string[] {
  const { reservedClients, agentOwnKeys, declared, emptyAgents, unspeakable, spelledTwice } = leftOut;
  const shown = (names: readonly string[]) => names.slice(0, NAMES_SHOWN).map(quoted).join(", ");
  const lines = [
    ["clients that belong to agents and managers (AGENT_*, MANAGER_*)", reservedClients],
    ["keys that are the agents' own (immgr.*)", agentOwnKeys],
    ["what is declared already", declared],
    ["agents without any secret to declare", emptyAgents],
    [`names that a desired state cannot hold (${shown(unspeakable)})`, unspeakable.length],
    [`lower managers that are here in another case (${shown(spelledTwice)})`, spelledTwice.length],
  ] as const;
  return lines.filter(([, count]) => count > 0).map(([what, count]) => `Left out: ${what}: ${count}`);
}

function quoted(name: string): string {
  return JSON.stringify(name);
}
