import { agentAddress, secretAddress } from "../../model/address";
import { declaresNothing, valuesOf } from "../../model/declared";
import type { DesiredManager, SecretBlock, SecretReference } from "../../model/desired-state";
import { type Diagnostic, DiagnosticError, type SourcePosition } from "../../model/diagnostic";
import { Limits } from "../../model/limits";
import type { SecretValue } from "../../model/secret-value";
import type { SecretResolver, SourceVersion } from "../../secrets/port";
import type { EngineEvent } from "../context";
import { forEachLimited } from "../limited";
import type { MissingValues } from "./missing-values";
import { type SourceVersions, versionOf } from "./source-versions";

/** One declared value that a run may have to send. */
export interface ValueDemand {
  readonly reference: SecretReference;
  /** The place of its declaration, for messages: an address, or an entry with a key. */
  readonly address: string;
  readonly position: SourcePosition;
  readonly limit: { readonly min: number; readonly max: number };
}

const SOURCES_AT_ONCE = 16;

/** The declared values of a run, by reference. */
export type DesiredValues = ReadonlyMap<SecretReference, SecretValue>;

/** What a run knows about its declared values. */
export interface ResolvedValues {
  readonly values: DesiredValues;
  readonly versions: SourceVersions;
}

/**
 * Resolves every value before anything is planned or written. A value that cannot be resolved, or that the manager
 * would refuse, is an error; all of them are reported together. One that is absent at its source, and may be missing,
 * goes to `missing` instead.
 */
export async function resolveValues(
  demands: readonly ValueDemand[],
  resolver: SecretResolver,
  report: (event: EngineEvent) => void,
  missing?: MissingValues,
): Promise<ResolvedValues> {
  const values = new Map<SecretReference, SecretValue>();
  const versions = new Map<SecretReference, SourceVersion>();
  const diagnostics: Diagnostic[] = [];
  report({ type: "phase", phase: "resolve", total: demands.length });
  await forEachLimited(demands, SOURCES_AT_ONCE, async (demand) => {
    try {
      // First the version: a version newer than the value would hide its rotation.
      const version = await versionOf(demand.reference, resolver, true);
      if (version) versions.set(demand.reference, version);
      const value = await resolver.resolve(demand.reference);
      const refused = value.refusal(demand.limit);
      if (refused) diagnostics.push(refusedValue(demand, refused, resolver));
      values.set(demand.reference, value);
    } catch (error) {
      if (!(error instanceof DiagnosticError)) throw error;
      const { reference, address, position } = demand;
      if (missing?.mayBeAt(address) && (await resolver.isAbsent?.(reference)))
        missing.add(reference, position);
      else diagnostics.push(...error.diagnostics.map((each) => ({ address, position, ...each })));
    }
  });
  if (diagnostics.length > 0) throw new DiagnosticError(diagnostics);
  return { values, versions };
}

/**
 * The versions of sources without reading them, for `--no-secrets`. A value that certainly does not exist is an
 * error, as it is for an apply.
 */
export async function askVersions(
  demands: readonly ValueDemand[],
  resolver: SecretResolver,
): Promise<SourceVersions> {
  const versions = new Map<SecretReference, SourceVersion>();
  const diagnostics: Diagnostic[] = [];
  await forEachLimited(demands, SOURCES_AT_ONCE, async ({ reference, address, position }) => {
    try {
      const version = await versionOf(reference, resolver, false);
      if (version) versions.set(reference, version);
    } catch (error) {
      if (!(error instanceof DiagnosticError)) throw error;
      diagnostics.push(...error.diagnostics.map((each) => ({ address, position, ...each })));
    }
  });
  if (diagnostics.length > 0) throw new DiagnosticError(diagnostics);
  return versions;
}

/** The login of a manager with declared resources; a manager that is only referred to gets its login when needed. */
export function* loginDemands(manager: DesiredManager): Generator<ValueDemand> {
  if (declaresNothing(manager)) return;
  const { name, auth, position, authPosition = position } = manager;
  const [reference, limit] =
    auth.method === "initial-secret"
      ? ([auth.secret, Limits.initialSecret] as const)
      : ([auth.password, Limits.passwordBytes] as const);
  yield { reference, address: `${name}/auth`, position: authPosition, limit };
}

/** Every declared value of a manager whose address `wants` accepts; a value that several agents share occurs once. */
export function* demandsOf(
  manager: DesiredManager,
  wants: (address: string) => boolean,
): Generator<ValueDemand> {
  for (const { address, source: reference, position, limit } of valuesOf(manager))
    if (wants(address)) yield { reference, address, position, limit };
  if (!wants(`${manager.name}/agent`)) return;
  const asked = new Set<SecretBlock>();
  for (const { selector, secrets } of manager.agents) {
    if (asked.has(secrets)) continue;
    // A selector's values are named as if its pattern were a host.
    const agent =
      selector.by === "host"
        ? selector
        : { host: selector.match, managerHost: selector.managerHost ?? manager.host };
    if (selector.by === "host" && !wants(agentAddress(manager.name, selector))) continue;
    asked.add(secrets);
    for (const [key, secret] of secrets) {
      const address = secretAddress(manager.name, agent, key);
      yield { reference: secret.source, address, position: secret.position, limit: Limits.secretValue };
    }
  }
}

function refusedValue(demand: ValueDemand, why: string, resolver: SecretResolver): Diagnostic {
  const source = resolver.describe?.(demand.reference);
  return {
    code: "secret-refused",
    severity: "error",
    summary: `the manager would refuse this value${source === undefined ? "" : ` (${source})`}: ${why}`,
    remedy: `the manager takes ${demand.limit.min}-${demand.limit.max} characters of ASCII 0x20-0x7e here; correct the value at its source`,
    address: demand.address,
    position: demand.position,
  };
}
