import { agentAddress, secretAddress } from "../model/address";
import { sourcesOf } from "../model/declared";
import type { AgentDeclaration, DesiredManager, SecretReference } from "../model/desired-state";
import type { SourcePosition } from "../model/diagnostic";
import { isSameHost } from "../model/host";
import { insecureSettings } from "../model/insecure-settings";
import { Limits } from "../model/limits";
import { selectorIdentity } from "../resources/agent-secrets/override";
import { reportDuplicate } from "../resources/declared-once";
import type { Literal } from "../yaml/decode-references";
import { type DiagnosticEntry, type DiagnosticList, place } from "../yaml/diagnostic-list";
import { listed, quote, suggestion } from "../yaml/quote";
import { checkOneName } from "./check-one-name";
import type { Declarations } from "./declarations";
import type { MergedManager } from "./merge-managers";

/**
 * Checks that need the merged state: references between managers, one key of one agent in two entries, the limit of
 * secrets per agent, literals against the policy, and settings that endanger credentials.
 */
export function checkDesiredState(
  merged: readonly MergedManager[],
  declarations: Declarations,
  complete: boolean,
  diagnostics: DiagnosticList,
): void {
  const { damaged } = declarations;
  const names = [...new Set([...merged.map(({ manager }) => manager.name), ...damaged.keys()])].sort();
  for (const { manager, settings } of merged) {
    // An undeclared manager may be declared in the file that could not be read.
    if (complete) checkReferences(manager, names, diagnostics);
    checkAgents(manager, diagnostics);
    const isHostGiven = settings.host !== undefined || damaged.get(manager.name)?.has("host") === true;
    checkInferredHost(manager, isHostGiven, diagnostics);
    const isPolicyKnown = !damaged.get(manager.name)?.has("policy");
    const isAllowed = !isPolicyKnown || settings["policy.allowLiteralSecrets"]?.value === true;
    checkLiterals(manager, isAllowed, declarations.literals, diagnostics);
    warnOfExposure(manager, settings["tls.insecure"]?.position ?? settings.url?.position, diagnostics);
  }
  checkOneName(merged, diagnostics);
  const statePlaces = declarations.states.map(({ position }) => position);
  reportRepeats("state", statePlaces, diagnostics);
  reportRepeats("audit", declarations.auditPlaces, diagnostics);
}

/**
 * An overlay must not move the state or the audit trail: a run with the wrong one would own nothing, or leave no
 * trace.
 */
function reportRepeats(
  key: "state" | "audit",
  [first, ...others]: readonly SourcePosition[],
  diagnostics: DiagnosticList,
): void {
  const option = key === "state" ? ", or --state" : "";
  for (const position of others) {
    if (first === undefined) return;
    diagnostics.add({
      code: "duplicate-resource",
      summary: `\`${key}\` is declared twice, first at ${place(first)}`,
      remedy: `remove one of the two; what differs between environments can be \`{ env: NAME }\`${option}`,
      ...{ position, other: first },
    });
  }
}

function checkReferences(
  manager: DesiredManager,
  names: readonly string[],
  diagnostics: DiagnosticList,
): void {
  const others = names.filter((name) => name !== manager.name);
  for (const { host, initialSecret, position } of manager.lowerManagers) {
    if (isSameHost(host, manager.host)) diagnostics.add(belowItself(manager, position));
    else if (initialSecret.from === "manager" && initialSecret.manager === manager.name)
      diagnostics.add(issuedByItself(manager, host, position));
    if (initialSecret.from !== "manager" || names.includes(initialSecret.manager)) continue;
    const wanted = initialSecret.manager;
    diagnostics.add({
      code: "unknown-manager",
      summary: `the lower manager ${quote(host)} names ${quote(wanted)} in \`issueOn\`, which is not declared`,
      remedy:
        suggestion(wanted, others) ??
        (others.length === 0
          ? "declare it under `managers`"
          : `declare it under \`managers\`, or name one of ${listed(others, "or")}`),
      position,
    });
  }
}

function belowItself({ name, host }: DesiredManager, position: SourcePosition): DiagnosticEntry {
  return {
    code: "out-of-range",
    summary: `${name} has ${quote(host)}, which is its own host, among its lower managers`,
    remedy: "write the host of the manager below it, or correct `host` of this one",
    address: name,
    position,
  };
}

/**
 * A manager that issues the initial secret for its own entry would add itself, and the secret that others hold for it
 * would stop working.
 */
function issuedByItself({ name }: DesiredManager, host: string, position: SourcePosition): DiagnosticEntry {
  return {
    code: "out-of-range",
    summary: `the lower manager ${quote(host)} names ${quote(name)} in \`issueOn\`, which is the manager above it`,
    remedy: `declare the manager with \`host: ${host}\` under \`managers\`, and name that one`,
    address: name,
    position,
  };
}

/** One agent, or one selector, may have several entries; each key may occur only once in all of them. */
function checkAgents(manager: DesiredManager, diagnostics: DiagnosticList): void {
  const groups = new Map<string, AgentDeclaration[]>();
  for (const entry of manager.agents) {
    const identity = selectorIdentity(entry.selector);
    const group = groups.get(identity);
    if (group) group.push(entry);
    else groups.set(identity, [entry]);
  }
  // The schema has counted the keys of single entries.
  for (const group of groups.values()) if (group.length > 1) checkGroup(manager.name, group, diagnostics);
}

function checkGroup(manager: string, group: readonly AgentDeclaration[], diagnostics: DiagnosticList): void {
  const keys = new Map<string, SourcePosition>();
  for (const { selector, secrets, position } of group) {
    for (const [key, secret] of secrets) {
      const first = keys.get(key);
      if (first === undefined) {
        keys.set(key, secret.position);
        continue;
      }
      const isExact = selector.by === "host";
      const address = isExact ? secretAddress(manager, selector, key) : manager;
      const name = isExact ? undefined : `${quote(key)} of the agents ${quote(selector.match)}`;
      // The keys of entries that share a block by alias are in one place, so the diagnostic names the places of the
      // entries.
      const isShared = place(first) === place(secret.position);
      const other = isShared ? group[0]?.position : first;
      reportDuplicate(address, isShared ? position : secret.position, other ?? first, diagnostics, name);
    }
  }
  const [entry] = group;
  if (entry?.selector.by !== "host" || keys.size <= Limits.secretsPerAgent) return;
  diagnostics.add({
    code: "out-of-range",
    summary: `${keys.size} secrets are declared for the agent ${quote(entry.selector.host)}, it has room for ${Limits.secretsPerAgent}`,
    remedy: "remove some",
    address: agentAddress(manager, entry.selector),
    position: group.at(-1)?.position ?? entry.position,
  });
}

function checkInferredHost(manager: DesiredManager, isGiven: boolean, diagnostics: DiagnosticList): void {
  const isAddress = /^[\d.]+$|:/.test(manager.host);
  const relying = manager.agents.find(
    ({ selector }) => selector.by === "host" && selector.managerHost === manager.host,
  );
  if (isGiven || !isAddress || relying === undefined) return;
  diagnostics.add({
    code: "missing-key",
    summary: `the manager ${manager.name} lacks \`host\`, which its agents need: its URL has only the address ${quote(manager.host)}`,
    remedy: "add `host` with the host name that the agents know it by",
    address: manager.name,
    position: manager.position,
  });
}

function checkLiterals(
  manager: DesiredManager,
  isAllowed: boolean,
  literals: ReadonlyMap<SecretReference, Literal>,
  diagnostics: DiagnosticList,
): void {
  if (literals.size === 0) return;
  for (const { source } of sourcesOf(manager)) {
    const literal = literals.get(source);
    if (literal === undefined) continue;
    const { position, refusal } = literal;
    const address = manager.name;
    if (!isAllowed) {
      diagnostics.add({
        code: "literal-secret",
        summary: "a secret stands here in clear text",
        remedy:
          "move it to a source, such as `{ env: NAME }` or `{ file: PATH }`, and change it; for a rehearsal, set `policy.allowLiteralSecrets: true`",
        address,
        position,
      });
    } else if (refusal !== undefined) {
      diagnostics.add({
        code: "secret-refused",
        summary: `the manager would refuse this value: ${refusal}`,
        remedy: "correct it; a text block that begins with `|-` has no line break at its end",
        address,
        position,
      });
    }
  }
}

function warnOfExposure(
  manager: DesiredManager,
  position: SourcePosition | undefined,
  diagnostics: DiagnosticList,
): void {
  for (const warning of insecureSettings(manager)) diagnostics.add({ ...warning, position });
}
