import { allKinds, type KindNames } from "../model/kind-names";
import { isMapping, type Mapping, mappingOf } from "./mapping";

/**
 * Removes from a manager of an earlier document what a later document replaces, and `override` from the later one:
 * the synthesised document has each resource once. The documents were checked, so they replace nothing by mistake.
 */
export function replaceOverridden(
  earlier: Mapping,
  later: Mapping,
): { readonly known: Mapping; readonly more: Mapping } {
  const { override, ...plainLater } = later;
  const more: Record<string, unknown> = plainLater;
  const isReplacing = (entry: Mapping) => override === true || entry.override === true;
  const known: Record<string, unknown> = { ...earlier };
  // Merging replaces the settings of `tls` and `policy` one by one; a login is one setting.
  if (override === true && "auth" in later) delete known.auth;
  for (const kind of allKinds.filter(({ key }) => key in later)) {
    const { key, isList } = kind;
    const replacing = entriesOf(later, key).filter(isReplacing);
    if (!isList && replacing.length > 0) delete known[key];
    if (isList)
      known[key] = entriesOf(earlier, key).flatMap((entry) => withoutReplaced(entry, replacing, kind));
    const plain = entriesOf(later, key).map(withoutOverride);
    more[key] = isList ? plain : plain[0];
  }
  return { known, more };
}

/** Drops an entry that is replaced as a whole; for agents, drops only the keys that are replaced. */
function withoutReplaced(entry: Mapping, replacing: readonly Mapping[], kind: KindNames): readonly Mapping[] {
  const same = replacing.filter((each) => identityOf(each, kind) === identityOf(entry, kind));
  if (same.length === 0) return [entry];
  if (kind.sortedBy !== undefined) return [];
  const [key = ""] = kind.secretKeys;
  const replaced = new Set(same.flatMap((each) => Object.keys(mappingOf(each[key]))));
  const left = Object.entries(mappingOf(entry[key])).filter(([name]) => !replaced.has(name));
  return [{ ...entry, [key]: Object.fromEntries(left) }];
}

/** The identity of an entry, without its generation. Host names are compared without case. */
function identityOf(entry: Mapping, { plainKeys, sortedBy }: KindNames): string {
  const names = [...plainKeys.filter((key) => key !== "generation"), "idTemplate"].map((key) => entry[key]);
  const identity = JSON.stringify(names.map((name) => (Array.isArray(name) ? [...name].sort() : name)));
  return sortedBy === "host" ? identity.toLowerCase() : identity;
}

function withoutOverride({ override: _, ...entry }: Mapping): Mapping {
  return entry;
}

/** The entries of a list; a resource that a manager has once is one entry. */
function entriesOf(manager: Mapping, key: string): readonly Mapping[] {
  return [manager[key]].flat().filter(isMapping);
}
