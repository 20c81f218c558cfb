import { createHash } from "node:crypto";
import type { ManagerRun } from "../../../library/manager-run/manager-run";
import { SecretValue } from "../../../model/secret-value";
import { fingerprintPlace } from "../../fingerprint-place";
import { attributesOf } from "../../values/type";
import type { Attrs } from "../resource-type";

/** The known values of a resource, by key. */
export interface SharedValues {
  readonly values: ReadonlyMap<string, SecretValue>;
  /** As in the attribute `fingerprints`. */
  readonly fingerprints: ReadonlyMap<string, string>;
}

/** The most sets in the cache. */
const MOST_SETS = 100;

const shared = new WeakMap<ManagerRun, Map<string, SharedValues>>();

/**
 * Caches the values and their fingerprints. Many resources have the same values, and a digest takes longer than the
 * rest of a resource.
 */
export function sharedValues(run: ManagerRun, { secrets_wo: secrets }: Attrs): SharedValues {
  const known = shared.get(run) ?? new Map<string, SharedValues>();
  shared.set(run, known);
  const entries = Object.entries(attributesOf(secrets));
  // A digest, because the cache must not keep the values as text.
  const id = createHash("sha256").update(JSON.stringify(entries)).digest("base64");
  const values = known.get(id) ?? valuesOf(run, entries);
  if (known.size >= MOST_SETS) known.clear();
  known.set(id, values);
  return values;
}

function valuesOf(run: ManagerRun, entries: readonly (readonly [string, unknown])[]): SharedValues {
  const values = new Map(
    entries.flatMap(([key, value]) =>
      typeof value === "string" ? [[key, new SecretValue(value)] as const] : [],
    ),
  );
  const prints = [...values].map(([key, value]) => {
    return [key, run.fingerprint(fingerprintPlace(run.name, key), value)] as const;
  });
  return { values, fingerprints: new Map(prints) };
}
