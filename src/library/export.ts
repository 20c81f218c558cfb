import { observeAll } from "../engine/observe/observe-all";
import { liveObserver } from "../engine/observe/observer";
import { connector } from "../engine/plan/make-plan";
import { issuersOf, issuesOf, sourcesOf } from "../model/declared";
import type { DesiredManager, DesiredState } from "../model/desired-state";
import { type Diagnostic, DiagnosticError, failure } from "../model/diagnostic";
import type { ExportSummary } from "../model/export-summary";
import { createSecretResolver } from "../secrets/resolver";
import { sinks } from "../secrets/sinks/sinks";
import { type ExportContent, exportContent } from "./export/export-content";
import { type ExportedDocument, exportedDocuments, leftOutLines, type Split } from "./export/export-text";
import { type Field, Template, textsOf } from "./export/placeholders";
import { connections } from "./inputs/connect-declared";
import { declareManager } from "./inputs/declare";
import { declaredManager } from "./inputs/declared-manager";
import { type InputOptions, readDesired } from "./inputs/inputs";
import { secretsPlatformOf } from "./inputs/secrets-platform";
import { diagnosticOfUnplanned } from "./manager-diagnostic";
import type { Platform } from "./platform";
import { DEFAULT_PARALLELISM } from "./prepare-run";

export interface ExportOptions extends InputOptions {
  /** Name of a declared manager. Its declaration gives the connection and what is declared already. */
  readonly manager: string;
  /** Template of the sources; `env:{AGENT}_{KEY}` by default. Fields: MANAGER, MANAGERHOST, AGENT, KEY. */
  readonly source?: string | undefined;
  /** Template of the clients' sinks; `file:out/{CLIENT}.secret` by default. Fields: MANAGER, CLIENT. */
  readonly sink?: string | undefined;
  /** Several documents: one for each kind, or one for each agent and two for the other kinds. */
  readonly split?: Split | undefined;
  /** Requests in flight, at most; 10 by default. */
  readonly parallelism?: number | undefined;
}

export interface Exported extends ExportSummary {
  /** The documents, to be read in this order. */
  readonly documents: readonly ExportedDocument[];
  readonly diagnostics: readonly Diagnostic[];
}

const SOURCE = "env:{AGENT}_{KEY}";
const SINK = "file:out/{CLIENT}.secret";
const SOURCE_FIELDS: readonly Field[] = ["AGENT", "KEY", "MANAGERHOST", "MANAGER"];
const SINK_FIELDS: readonly Field[] = ["CLIENT", "MANAGER"];

/**
 * Resources of a manager that the desired state does not declare yet, as further desired state for the same manager.
 * It only reads from the manager, and reads no secret except the login. Throws a `DiagnosticError` for invalid input,
 * and if nothing could be read.
 *
 * @example
 * const { documents } = await exportManager({ files: ["tokyo.yaml"], manager: "tokyo" }, createPlatform());
 */
export async function exportManager(options: ExportOptions, platform: Platform): Promise<Exported> {
  const desired = await readDesired(options, platform);
  const manager = declaredManager(options.manager, desired);
  const templates = await templatesOf(options, manager, desired, platform);
  const secrets = createSecretResolver(secretsPlatformOf(platform));
  const parallelism = options.parallelism ?? DEFAULT_PARALLELISM;
  const { close, ...connecting } = connections(desired, secrets, parallelism, platform);
  const connect = connector({ ...connecting, clock: platform.clock, parallelism });
  try {
    const observer = liveObserver(() => connect(manager.name));
    const observed = await observeAll(manager.name, observer, { parallelism, report: platform.report });
    if (platform.signal.aborted) throw failure({ code: "cancelled", summary: "the export was cancelled" });
    const { unknown } = observed;
    const content = exportContent(observed, desired, manager);
    if (isNothing(content) && unknown.length >= LISTS)
      throw new DiagnosticError(unknown.map(diagnosticOfUnplanned));
    const documents = exportedDocuments({ manager, content, unknown, ...templates }, options.split);
    return {
      ...{ manager: manager.name, counts: countsOf(content), left_out: leftOutLines(content.leftOut) },
      ...{ unknown, documents },
      diagnostics: unknown.length === 0 ? [] : [incomplete(manager.name, unknown.length)],
    };
  } finally {
    await close();
  }
}

/** Clients, lower managers, agents. */
const LISTS = 3;

function isNothing({ clients, lowerManagers, agents }: ExportContent): boolean {
  return clients.length + lowerManagers.length + agents.length === 0;
}

function countsOf({ clients, lowerManagers, agents }: ExportContent): ExportSummary["counts"] {
  const secrets = agents.reduce((sum, { keys }) => sum + keys.length, 0);
  return {
    ...{ clients: clients.length, lower_managers: lowerManagers.length },
    ...{ agents: agents.length, secrets },
  };
}

async function templatesOf(
  options: ExportOptions,
  manager: DesiredManager,
  desired: DesiredState,
  platform: Platform,
): Promise<{ readonly source: Template; readonly sink: Template }> {
  const { source: sourceText = SOURCE, sink: sinkText = SINK } = options;
  const inUse = textsInUse(desired);
  // A variable that is set for another purpose, or one of our own settings, would be taken as a value.
  const isTaken = (text: string) =>
    inUse.has(text) || /^JP1IM_/.test(text) || Object.hasOwn(platform.env, text);
  const traits = { source: { kind: "source", option: "--source", fields: SOURCE_FIELDS, isTaken } } as const;
  const source = new Template(sourceText, traits.source);
  const sink = new Template(sinkText, { kind: "sink", option: "--sink", fields: SINK_FIELDS, isTaken });
  if (!tellsApart(sink.type) && !sink.uses("CLIENT")) {
    throw failure({
      code: "usage",
      summary: "every client would be delivered to one place: --sink does not hold {CLIENT}",
      remedy: `write for example --sink '${SINK}'`,
    });
  }
  await proveTemplates(sourceText, sinkText, manager.name, traits.source, platform);
  return { source, sink };
}

/** Whether one place can hold the secrets of all clients. */
function tellsApart(type: string): boolean {
  const sink = sinks.get(type);
  return sink?.writes === "elsewhere" && sink.tellsApart;
}

/** Checks, before anything is read, whether the desired state would refuse the options. */
async function proveTemplates(
  source: string,
  sink: string,
  name: string,
  traits: ConstructorParameters<typeof Template>[1],
  platform: Platform,
): Promise<void> {
  const values = { MANAGER: "manager", MANAGERHOST: "host", AGENT: "agent", KEY: "key", CLIENT: "client" };
  const sample = (text: string, kind: "source" | "sink", fields: readonly Field[]) =>
    new Template(text, { ...traits, kind, option: `--${kind}`, fields, isTaken: () => false }).fill(
      "secret",
      values,
    );
  await declareManager(
    name,
    {
      url: "https://localhost",
      auth: { user: "nobody", password: { env: "UNUSED" } },
      clients: [{ id: "client", deliverTo: sample(sink, "sink", SINK_FIELDS) }],
      agents: [{ host: "agent", secrets: { key: sample(source, "source", SOURCE_FIELDS) } }],
    },
    { "clients[0].deliverTo": "--sink", "agents[0].secrets.key": "--source" },
    { ...platform, report: () => {} },
  );
}

/**
 * All texts in declared options. A placeholder must not be one of them: otherwise a manager's password could become
 * the value of a secret.
 */
function textsInUse({ managers }: DesiredState): ReadonlySet<string> {
  const texts = new Set<string>();
  for (const manager of managers.values()) {
    const references: unknown[] = [
      manager.auth,
      issuesOf(manager).map(({ declared }) => declared.deliverTo),
      issuersOf(manager),
      [...sourcesOf(manager)].map(({ source }) => source),
    ];
    for (const text of textsOf(references)) texts.add(text);
  }
  return texts;
}

function incomplete(manager: string, count: number): Diagnostic {
  return {
    code: "manager-partial",
    severity: "error",
    summary: `the export of ${manager} is INCOMPLETE: ${count} ${count === 1 ? "list" : "lists"} could not be read whole`,
    remedy: "it names what is missing; export again when that answers, before you rely on it",
    address: manager,
  };
}
