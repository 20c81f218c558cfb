/** What a manager declares, of whatever kind: every resource, every secret to be issued, and every source of a value. */
import { clientAddress, initialSecretAddress, lowerManagerAddress, secretAddress } from "./address";
import type {
  Auth,
  DesiredClient,
  DesiredInitialSecret,
  DesiredManager,
  DesiredState,
  SecretReference,
} from "./desired-state";
import type { SourcePosition } from "./diagnostic";
import type { KindName } from "./kinds";
import { INITIAL_SECRET_ID } from "./limits";

/** A secret that the manager issues, and that is delivered to a sink. */
export interface DeclaredIssue {
  readonly address: string;
  /** What its sinks can learn of whose secret it is. */
  readonly id: string;
  readonly declared: DesiredClient | DesiredInitialSecret;
}

export function issuesOf({ name, initialSecret, clients }: DesiredManager): readonly DeclaredIssue[] {
  const initial = initialSecret
    ? [{ address: initialSecretAddress(name), id: INITIAL_SECRET_ID, declared: initialSecret }]
    : [];
  const issued = clients.map((declared) => ({
    ...{ address: clientAddress(name, declared.id), id: declared.id, declared },
  }));
  return [...initial, ...issued];
}

/** Every address that is spelled out; what a selector matches is in none. */
export function* addressesOf(manager: DesiredManager): Generator<string> {
  const { name, lowerManagers, agents } = manager;
  yield name;
  for (const { address } of issuesOf(manager)) yield address;
  for (const { host } of lowerManagers) yield lowerManagerAddress(name, host);
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
  /** As a part of a sentence: `a source of tokyo's login`. */
  readonly is: string;
}

/** Every source of a manager; those of a block that several agents share once. */
export function* sourcesOf(manager: DesiredManager): Generator<DeclaredSource> {
  const { name, auth, position, authPosition = position, lowerManagers, agents } = manager;
  yield { source: loginOf(auth), position: authPosition, is: `a source of ${name}'s login` };
  for (const { host, initialSecret, position } of lowerManagers) {
    if (initialSecret.from !== "source") continue;
    yield { source: initialSecret.source, position, is: `the source of ${host}'s initial secret` };
  }
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

type DeclaredResources = Pick<DesiredManager, "initialSecret" | "clients" | "lowerManagers" | "agents">;

/** What is declared on a manager, without what tells how to reach it. */
export function resourcesOf(manager: DesiredManager): DeclaredResources {
  const { initialSecret, clients, lowerManagers, agents } = manager;
  return { ...(initialSecret && { initialSecret }), clients, lowerManagers, agents };
}

/** The manager with nothing declared on it. */
export function emptied(manager: DesiredManager): DesiredManager {
  const { initialSecret: _initialSecret, ...rest } = manager;
  return { ...rest, clients: [], lowerManagers: [], agents: [] };
}

export function declaresNothing(manager: DesiredManager): boolean {
  const { lowerManagers, agents } = manager;
  return issuesOf(manager).length + lowerManagers.length + agents.length === 0;
}

/** How many resources are spelled out, by kind, and how many selectors there are. */
export function countDeclared(managers: Iterable<DesiredManager>): Record<KindName | "selector", number> {
  const counts = { "initial-secret": 0, "lower-manager": 0, secret: 0, client: 0, selector: 0 };
  for (const { initialSecret, lowerManagers, agents, clients } of managers) {
    if (initialSecret) counts["initial-secret"] += 1;
    counts["lower-manager"] += lowerManagers.length;
    counts.client += clients.length;
    for (const { selector, secrets } of agents) {
      if (selector.by === "host") counts.secret += secrets.size;
      else counts.selector += 1;
    }
  }
  return counts;
}
