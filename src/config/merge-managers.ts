import { clientAddress, initialSecretAddress, lowerManagerAddress } from "../model/address";
import {
  type AgentDeclaration,
  type DesiredManager,
  defaultPolicy,
  type Policy,
  type Tls,
} from "../model/desired-state";
import type { SourcePosition } from "../model/diagnostic";
import type { AgentEntry, Declarations, ManagerDeclaration, Settings } from "./declarations";
import { type DiagnosticList, place } from "../yaml/diagnostic-list";
import { quote } from "../yaml/quote";
import { WHOLE } from "./sound-parts";

/** A manager as its mentions together declare it, and what the checks that follow have to know of it. */
export interface MergedManager {
  readonly manager: DesiredManager;
  readonly settings: Partial<Settings>;
}

/**
 * Merges the mentions of each manager, in the order of their names. `complete` is false when a part of the input
 * could not be read: a setting that is not there may then stand in that part, and is not reported as missing.
 */
export function mergeManagers(
  { managers: mentions, damaged }: Declarations,
  complete: boolean,
  diagnostics: DiagnosticList,
): MergedManager[] {
  const byName = new Map<string, ManagerDeclaration[]>();
  for (const mention of mentions) {
    const known = byName.get(mention.name);
    if (known) known.push(mention);
    else byName.set(mention.name, [mention]);
  }
  const names = [...byName.keys()].sort();
  return names.map((name) => {
    const broken = damaged.get(name);
    const mayLack = (setting: string) =>
      !complete || broken?.has(setting) === true || broken?.has(WHOLE) === true;
    return merge(name, byName.get(name) ?? [], mayLack, diagnostics);
  });
}

function merge(
  name: string,
  mentions: readonly ManagerDeclaration[],
  mayLack: (setting: string) => boolean,
  diagnostics: DiagnosticList,
): MergedManager {
  const position = mentions[0]?.position ?? { file: "", line: 1, column: 1 };
  const settings = mergeSettings(name, mentions, diagnostics);
  for (const key of ["url", "auth"] as const) {
    if (!settings[key] && !mayLack(key)) lacks(name, key, position, diagnostics);
  }
  const url = settings.url?.value ?? "";
  const host = settings.host?.value ?? mentions.find((mention) => mention.urlHost)?.urlHost ?? "";
  const initialSecrets = mentions.flatMap((mention) => mention.initialSecret ?? []);
  const [initialSecret] = unique(initialSecrets, () => initialSecretAddress(name), diagnostics);
  const tls = tlsOf(settings);
  const manager: DesiredManager = {
    name,
    url,
    host,
    auth: settings.auth?.value.auth ?? unusableAuth,
    ...(settings.auth && { authPosition: settings.auth.value.position }),
    ...(tls && { tls }),
    ...(settings.proxy && { proxy: settings.proxy.value }),
    ...(initialSecret && { initialSecret }),
    clients: clientsOf(name, mentions, diagnostics),
    lowerManagers: unique(
      mentions.flatMap((mention) => mention.lowerManagers),
      (lower) => lowerManagerAddress(name, lower.host),
      diagnostics,
      // Host names are the same whatever their case.
      (lower) => lower.host.toLowerCase(),
    ).sort((a, b) => compare(a.host, b.host)),
    agents: mentions.flatMap((mention) => mention.agents.map((entry) => withManagerHost(entry, host))),
    policy: policyOf(settings, mentions),
    position,
  };
  return { manager, settings };
}

/** Stands in where `auth` is missing, which is an error: nothing ever sees it. */
const unusableAuth = {
  method: "initial-secret",
  secret: { type: "missing", options: {}, folder: "" },
} as const satisfies DesiredManager["auth"];

function lacks(name: string, key: string, position: SourcePosition, diagnostics: DiagnosticList): void {
  diagnostics.add({
    code: "missing-key",
    summary: `the manager ${name} lacks ${quote(key)}`,
    remedy: `add ${quote(key)} to it, here or in another file`,
    address: name,
    position,
  });
}

function mergeSettings(
  name: string,
  mentions: readonly ManagerDeclaration[],
  diagnostics: DiagnosticList,
): Partial<Settings> {
  const merged: Record<string, Settings[keyof Settings]> = {};
  for (const { settings } of mentions) {
    for (const [key, setting] of Object.entries(settings)) {
      const first = merged[key];
      if (first === undefined) merged[key] = setting;
      else if (first.identity !== setting.identity) {
        const values = first.shown && setting.shown ? `: ${setting.shown} here, ${first.shown}` : ", first";
        diagnostics.add({
          code: "conflicting-setting",
          summary: `${quote(key)} of ${name} is given twice with different values${values} at ${place(first.position)}`,
          remedy: "keep one of the two",
          address: name,
          position: setting.position,
          other: first.position,
        });
      }
    }
  }
  return merged as Partial<Settings>;
}

/** Two clients of one template would each be an earlier generation of the other, even where their IDs differ today. */
function clientsOf(name: string, mentions: readonly ManagerDeclaration[], diagnostics: DiagnosticList) {
  const declared = mentions.flatMap((mention) => mention.clients);
  const clients = unique(declared, ({ id }) => clientAddress(name, id), diagnostics);
  const byTemplate = new Map<string, SourcePosition>();
  for (const { template, position } of clients) {
    const other = template && byTemplate.get(template.text);
    if (other) {
      const what = `the template ${quote(template.text)} of ${name}`;
      reportDuplicate(name, position, other, diagnostics, what);
    } else if (template) byTemplate.set(template.text, position);
  }
  return clients.sort((a, b) => compare(a.id, b.id));
}

/** The first declaration of each address; every further one is a diagnostic. */
function unique<T extends { readonly position: SourcePosition }>(
  declared: readonly T[],
  addressOf: (item: T) => string,
  diagnostics: DiagnosticList,
  identityOf = addressOf,
): T[] {
  const first = new Map<string, T>();
  for (const item of declared) {
    const identity = identityOf(item);
    const known = first.get(identity);
    if (known) reportDuplicate(addressOf(item), item.position, known.position, diagnostics);
    else first.set(identity, item);
  }
  return [...first.values()];
}

/** Adds the diagnostic for one resource that is declared in two places. */
export function reportDuplicate(
  address: string,
  position: SourcePosition,
  other: SourcePosition,
  diagnostics: DiagnosticList,
  name = quote(address),
): void {
  diagnostics.add({
    code: "duplicate-resource",
    summary: `${name} is declared twice, first at ${place(other)}`,
    remedy: "remove one of the two",
    address,
    position,
    other,
  });
}

function withManagerHost({ selector, secrets, position }: AgentEntry, host: string): AgentDeclaration {
  if (selector.by === "match") return { selector, secrets, position };
  return { selector: { ...selector, managerHost: selector.managerHost ?? host }, secrets, position };
}

function tlsOf(settings: Partial<Settings>): Tls | undefined {
  const tls: Tls = {
    ...(settings["tls.ca"] && { ca: settings["tls.ca"].value }),
    ...(settings["tls.cert"] && { cert: settings["tls.cert"].value }),
    ...(settings["tls.key"] && { key: settings["tls.key"].value }),
    ...(settings["tls.insecure"] && { insecure: settings["tls.insecure"].value }),
  };
  return Object.keys(tls).length === 0 ? undefined : tls;
}

function policyOf(settings: Partial<Settings>, mentions: readonly ManagerDeclaration[]): Policy {
  return {
    prune: settings["policy.prune"]?.value ?? defaultPolicy.prune,
    unverified: settings["policy.unverified"]?.value ?? defaultPolicy.unverified,
    protect: [...new Set(mentions.flatMap((mention) => mention.protect))],
    freeze: mentions.flatMap((mention) => mention.freeze),
    maxDeletes: settings["policy.maxDeletes"]?.value ?? defaultPolicy.maxDeletes,
    maxRotations: settings["policy.maxRotations"]?.value ?? defaultPolicy.maxRotations,
    rotateDue: settings["policy.rotateDue"]?.value ?? defaultPolicy.rotateDue,
  };
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
