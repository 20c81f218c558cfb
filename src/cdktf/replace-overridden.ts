import { allKinds, type KindNames } from "../model/kind-names";
import { isMapping, type Mapping, mappingOf } from "./mapping";

/**
 * A manager of an earlier document without what a later one replaces, and the later one without its `override`: the
 * synthesised document has each resource once. Documents that were checked replace nothing by mistake.
 */
export function replaceOverridden(
  earlier: Mapping,
  later: Mapping,
): { readonly known: Mapping; readonly more: Mapping } {
  const { override, ...plainLater } = later;
  const more: Record<string, unknown> = plainLater;
  const isReplacing = (entry: Mapping) => override === true || entry.override === true;
  const known: Record<string, unknown> = { ...earlier };
  // Of `tls` and `policy` each setting is replaced by itself, which merging does; a login is one setting.
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

/** Nothing of an entry that is replaced as a whole; of agents, an entry without the keys that are replaced. */
function withoutReplaced(entry: Mapping, replacing: readonly Mapping[], kind: KindNames): readonly Mapping[] {
  const same = replacing.filter((each) => identityOf(each, kind) === identityOf(entry, kind));
  if (same.length === 0) return [entry];
  if (kind.sortedBy !== undefined) return [];
  const [key = ""] = kind.secretKeys;
  const replaced = new Set(same.flatMap((each) => Object.keys(mappingOf(each[key]))));
  const left = Object.entries(mappingOf(entry[key])).filter(([name]) => !replaced.has(name));
  return [{ ...entry, [key]: Object.fromEntries(left) }];
}

/** What names an entry; its generation does not. Host names of managers are the same whatever their case. */
function identityOf(entry: Mapping, { plainKeys, sortedBy }: KindNames): string {
  const names = [...plainKeys.filter((key) => key !== "generation"), "idTemplate"].map((key) => entry[key]);
  const identity = JSON.stringify(names.map((name) => (Array.isArray(name) ? [...name].sort() : name)));
  return sortedBy === "host" ? identity.toLowerCase() : identity;
}

function withoutOverride({ override: _, ...entry }: Mapping): Mapping {
  return entry;
}

/** The entries of a list; what a manager has once is one entry. */
function entriesOf(manager: Mapping, key: string): readonly Mapping[] {
  return [manager[key]].flat().filter(isMapping);
}
