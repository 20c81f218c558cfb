import type { SecretReference } from "../../model/desired-state";
import { addPlace, type Diagnostic, DiagnosticError, withPlace } from "../../model/diagnostic";
import type { SecretValue } from "../../model/secret-value";
import type { SecretResolver, SourceVersion } from "../../secrets/port";
import type { EngineEvent } from "../context";
import { forEachLimited } from "../limited";
import type { MissingValues } from "./missing-values";
import { type SourceVersions, versionOf } from "./source-versions";
import type { ValueDemand } from "./value-demands";

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
  demands: Iterable<ValueDemand>,
  resolver: SecretResolver,
  report: (event: EngineEvent) => void,
  missing?: MissingValues,
): Promise<ResolvedValues> {
  const values = new Map<SecretReference, SecretValue>();
  const versions = new Map<SecretReference, SourceVersion>();
  /** By the number of the demand: a value at hand is known before an earlier one that is asked for. */
  const refusals: (Diagnostic | readonly Diagnostic[])[] = [];
  const take = (demand: ValueDemand, index: number, value: SecretValue) => {
    const refused = value.refusal(demand.limit);
    if (refused) refusals[index] = refusedValue(demand, refused, resolver);
    values.set(demand.reference, value);
  };
  /** False if only asking its source tells whether there is a value. */
  const isAtHand = (demand: ValueDemand, index: number): boolean => {
    const value = resolver.atHand?.(demand.reference);
    if (value) take(demand, index, value);
    if (value !== null) return value !== undefined;
    if (missing?.mayBe(demand)) missing.add(demand);
    else refusals[index] = withPlace(absenceOf(demand, resolver), demand);
    return true;
  };
  const asked: (readonly [ValueDemand, number])[] = [];
  let total = 0;
  for (const demand of demands) {
    if (!isAtHand(demand, total)) asked.push([demand, total]);
    total++;
  }
  report({ type: "phase", phase: "resolve", total });
  await forEachLimited(asked, SOURCES_AT_ONCE, async ([demand, index]) => {
    const { reference } = demand;
    try {
      // First the version: a version newer than the value would hide its rotation.
      const version = await versionOf(reference, resolver, true);
      if (version) versions.set(reference, version);
      take(demand, index, await resolver.resolve(reference));
    } catch (error) {
      if (!(error instanceof DiagnosticError)) throw error;
      if (missing?.mayBe(demand) && (await resolver.isAbsent?.(reference))) missing.add(demand);
      else refusals[index] = addPlace(error.diagnostics, demand);
    }
  });
  if (refusals.length > 0) throw new DiagnosticError(refusals.flat());
  return { values, versions };
}

/**
 * The versions of sources without reading them, for `--no-secrets`. A value that certainly does not exist is an
 * error, as it is for an apply.
 */
export async function askVersions(
  demands: Iterable<ValueDemand>,
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
      diagnostics.push(...addPlace(error.diagnostics, { address, position }));
    }
  });
  if (diagnostics.length > 0) throw new DiagnosticError(diagnostics);
  return versions;
}

function absenceOf({ reference }: ValueDemand, resolver: SecretResolver): Diagnostic {
  const absence = resolver.absence?.(reference);
  if (absence === undefined) throw new Error("nothing tells why a value is absent");
  return absence;
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
