/**
 * What a manager declares, of whatever kind: every resource, every secret to be issued, and every source of a value.
 */
import { resourceAddress, secretAddress } from "./address";
import type {
  Auth,
  DesiredClient,
  DesiredInitialSecret,
  DesiredManager,
  DesiredState,
  SecretReference,
} from "./desired-state";
import type { SourcePosition } from "./diagnostic";
import {
  allKinds,
  type DeclaredValue,
  type DesiredResources,
  type Entry,
  type KindName,
  type KindNames,
  kindNames,
  kinds,
  type NamedKind,
} from "./kind-names";
import { INITIAL_SECRET_ID } from "./limits";

/** A secret that the manager issues, and that is delivered to a sink. */
export interface DeclaredIssue {
  readonly address: string;
  /** The ID that its sinks may use. */
  readonly id: string;
  readonly declared: DesiredClient | DesiredInitialSecret;
}

export function issuesOf(manager: DesiredManager): readonly DeclaredIssue[] {
  return namedKinds.flatMap((kind) =>
    namesOf(kind).isIssued ? entriesOf(manager, kind).map((entry) => issueOf(manager, kind, entry)) : [],
  );
}

const namedKinds = kindNames.filter((kind) => kind !== "secret");

/** The row of a kind, with the optional fields. */
function namesOf(kind: KindName): KindNames {
  return kinds[kind];
}

function issueOf({ name: manager }: DesiredManager, kind: NamedKind, entry: DeclaredEntry): DeclaredIssue {
  const declared = entry as unknown as DeclaredIssue["declared"];
  return { address: addressOf(manager, kind, entry), id: nameOf(kind, entry) ?? INITIAL_SECRET_ID, declared };
}

/** A declared entry of any kind; the kind's own folder knows its type. */
type DeclaredEntry = Readonly<Record<string, unknown>>;

function entriesOf(manager: DesiredManager, kind: KindName): readonly DeclaredEntry[] {
  const { key, isList } = kinds[kind];
  const declared = (manager as unknown as DeclaredEntry)[key];
  if (declared === undefined) return [];
  return (isList ? declared : [declared]) as readonly DeclaredEntry[];
}

function nameOf(kind: NamedKind, entry: DeclaredEntry): string | undefined {
  const { sortedBy } = namesOf(kind);
  return sortedBy === undefined ? undefined : String(entry[sortedBy]);
}

function addressOf(manager: string, kind: NamedKind, entry: DeclaredEntry): string {
  return resourceAddress(kind, manager, nameOf(kind, entry));
}

/** The addresses of what is declared of a kind that is addressed by its row. */
export function addressesOfKind(manager: DesiredManager, kind: NamedKind): readonly string[] {
  return entriesOf(manager, kind).map((entry) => addressOf(manager.name, kind, entry));
}

/** Every address that is declared by name; not those that selectors match. */
export function* addressesOf(manager: DesiredManager): Generator<string> {
  const { name, agents } = manager;
  yield name;
  for (const kind of namedKinds) yield* addressesOfKind(manager, kind);
  for (const { selector, secrets } of agents) {
    if (selector.by !== "host") continue;
    for (const key of secrets.keys()) yield secretAddress(name, selector, key);
  }
}

/** The same of a whole desired state. */
export function* declaredAddresses({ managers }: Pick<DesiredState, "managers">): Generator<string> {
  for (const manager of managers.values()) yield* addressesOf(manager);
}

/** Where a value comes from. */
export interface DeclaredSource {
  readonly source: SecretReference;
  readonly position: SourcePosition;
  /** Part of a sentence: `a source of tokyo's login`. */
  readonly is: string;
}

/** The values of resources, except the secrets of agents. */
export function* valuesOf(
  manager: DesiredManager,
): Generator<DeclaredSource & DeclaredValue & { readonly address: string }> {
  for (const kind of namedKinds) {
    const names = namesOf(kind);
    if (!names.value) continue;
    for (const entry of entriesOf(manager, kind)) {
      const value = names.value(entry as unknown as Entry);
      const position = entry.position as SourcePosition;
      if (value) yield { ...value, address: addressOf(manager.name, kind, entry), position };
    }
  }
}

/** Every source of a manager; each source of a shared block occurs once. */
export function* sourcesOf(manager: DesiredManager): Generator<DeclaredSource> {
  const { name, auth, position, authPosition = position, agents } = manager;
  yield { source: loginOf(auth), position: authPosition, is: `a source of ${name}'s login` };
  for (const { source, position, is } of valuesOf(manager)) yield { source, position, is };
  for (const block of new Set(agents.map(({ secrets }) => secrets))) {
    for (const [key, { source, position }] of block) yield { source, position, is: `a source of ${key}` };
  }
}

/** Where the secret of a login comes from. */
export function loginOf(auth: Auth): SecretReference {
  return auth.method === "initial-secret" ? auth.secret : auth.password;
}

/** The managers that issue the initial secrets of this one's lower managers. */
export function issuersOf({ lowerManagers }: DesiredManager): readonly string[] {
  return lowerManagers.flatMap(({ initialSecret }) =>
    initialSecret.from === "manager" ? [initialSecret.manager] : [],
  );
}

/** The resources of a manager, without its connection settings. */
export function resourcesOf(manager: DesiredManager): DesiredResources {
  return Object.fromEntries(
    Object.entries(manager).filter(([field]) => allKinds.some(({ key }) => key === field)),
  ) as unknown as DesiredResources;
}

/** The manager without any declared resources. */
export function emptied(manager: DesiredManager): DesiredManager {
  const nothing = allKinds.filter(({ isList }) => isList).map(({ key }) => [key, []]);
  const settings = Object.entries(manager).filter(([field]) => !allKinds.some(({ key }) => key === field));
  return Object.fromEntries([...settings, ...nothing]) as unknown as DesiredManager;
}

export function declaresNothing(manager: DesiredManager): boolean {
  return kindNames.every((kind) => entriesOf(manager, kind).length === 0);
}

/** Number of resources that are declared by name, by kind, and of selectors. */
export function countDeclared(managers: Iterable<DesiredManager>): Record<KindName | "selector", number> {
  const counts = Object.fromEntries([...kindNames, "selector"].map((kind) => [kind, 0]));
  const add = (kind: string, count: number) => {
    counts[kind] = (counts[kind] ?? 0) + count;
  };
  for (const manager of managers) {
    for (const kind of namedKinds) add(kind, entriesOf(manager, kind).length);
    for (const { selector, secrets } of manager.agents)
      selector.by === "host" ? add("secret", secrets.size) : add("selector", 1);
  }
  return counts as Record<KindName | "selector", number>;
}
