import { type DesiredManager, defaultPolicy, type Policy, type Tls } from "../model/desired-state";
import type { SourcePosition } from "../model/diagnostic";
import { type DesiredResources, kinds } from "../model/kind-names";
import { shellCommand } from "../model/shell-command";
import { resourceKinds } from "../resources/kinds";
import { type DiagnosticList, place } from "../yaml/diagnostic-list";
import { quote } from "../yaml/quote";
import type { Declarations, ManagerDeclaration, Setting, Settings } from "./declarations";
import { WHOLE } from "./remove-invalid-parts";

/** A manager as all its declarations together give it, and what later checks need to know. */
export interface MergedManager {
  readonly manager: DesiredManager;
  readonly settings: Partial<Settings>;
}

/**
 * Merges the declarations of each manager, in the order of the managers' names. `complete` is false if a part of the
 * input could not be read: that part may hold a missing setting, so it is not reported.
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
  const host =
    settings.host?.value ?? mentions.find((mention) => mention.settings.url === settings.url)?.urlHost ?? "";
  const tls = tlsOf(settings);
  const manager: DesiredManager = {
    name,
    url,
    host,
    auth: settings.auth?.value.auth ?? unusableAuth,
    authPosition: settings.auth?.value.position,
    tls,
    proxy: settings.proxy?.value,
    zone: settings.zone?.value,
    ...mergeResources({ name, host }, mentions, diagnostics),
    policy: policyOf(settings, mentions),
    position,
  };
  return { manager, settings };
}

function mergeResources(
  manager: Pick<DesiredManager, "name" | "host">,
  mentions: readonly ManagerDeclaration[],
  diagnostics: DiagnosticList,
): DesiredResources {
  const merged = resourceKinds.map((kind) => {
    const declared = mentions.flatMap(({ resources }) => resources.get(kind) ?? []);
    return [kinds[kind.name].key, kind.merge(manager, declared, diagnostics)] as const;
  });
  // The types of `DesiredResources` hold: each kind merges to what its key has there.
  return Object.fromEntries(
    merged.filter(([, desired]) => desired !== undefined),
  ) as unknown as DesiredResources;
}

/** A placeholder for a missing `auth`, which is an error: nothing ever uses it. */
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
  const overlays = new Set(mentions.flatMap(({ overrides, position }) => (overrides ? [position.file] : [])));
  for (const { settings, overrides } of mentions) {
    for (const [key, setting] of Object.entries(settings)) {
      const first = merged[key];
      const isReplaced = overrides && setting.position.file !== first?.position.file;
      if (first === undefined || isReplaced) merged[key] = setting;
      else if (first.identity !== setting.identity) {
        const remedy = remedyOf(name, first.position.file, setting.position.file, overlays);
        reportConflict(name, key, first, setting, remedy, diagnostics);
      }
    }
  }
  return merged as Partial<Settings>;
}

function reportConflict(
  name: string,
  key: string,
  first: Setting<unknown>,
  second: Setting<unknown>,
  remedy: string,
  diagnostics: DiagnosticList,
): void {
  const values = first.shown && second.shown ? `: ${second.shown} here, ${first.shown}` : ", first";
  diagnostics.add({
    code: "conflicting-setting",
    summary: `${quote(key)} of ${name} is given twice with different values${values} at ${place(first.position)}`,
    remedy,
    address: name,
    position: second.position,
    other: first.position,
  });
}

function remedyOf(name: string, first: string, second: string, overlays: ReadonlySet<string>): string {
  if (first === second) return "keep one of the two";
  if (overlays.has(first))
    return `${first} says \`override: true\`, and is read first: \`${shellCommand("-f", second, "-f", first)}\` reads it last`;
  return `keep one of the two, or add \`override: true\` to ${name} here, so that this file replaces what earlier ones say of it`;
}

function tlsOf(settings: Partial<Settings>): Tls | undefined {
  const tls: Tls = {
    ca: settings["tls.ca"]?.value,
    cert: settings["tls.cert"]?.value,
    key: settings["tls.key"]?.value,
    insecure: settings["tls.insecure"]?.value,
  };
  return Object.values(tls).some((value) => value !== undefined) ? tls : undefined;
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
