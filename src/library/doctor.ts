import { liveObservers } from "../engine/observe/observer";
import { refusalsOfState } from "../engine/observe/refusals-of-state";
import { type PriorState, priorStates } from "../engine/prior-state";
import { requireScope } from "../engine/scope";
import { requireNotCancelled, unlessCancelled } from "../model/cancelled";
import type { DesiredManager } from "../model/desired-state";
import { DiagnosticError } from "../model/diagnostic";
import type { Health } from "../model/health";
import type { SecretResolver } from "../secrets/port";
import { createSecretResolver } from "../secrets/resolver";
import { readState } from "../state/read-state";
import { CheckList, failed } from "./doctor/check-list";
import { checkConnection } from "./doctor/connection-checks";
import { checkLocalSide } from "./doctor/local-checks";
import { checkLogins, checkReads } from "./doctor/manager-checks";
import { Ports } from "./doctor/ports";
import { Replies } from "./doctor/replies";
import { routeOf } from "./inputs/connect-declared";
import { type InputOptions, readDesired } from "./inputs/inputs";
import { secretsPlatformOf } from "./inputs/secrets-platform";
import type { Platform } from "./platform";
import { type StatePlace, statePlace } from "./state/state-place";

export interface DoctorOptions extends InputOptions {
  /** Names of declared managers; all of them by default. */
  readonly managers?: readonly string[] | undefined;
}

/**
 * Checks everything that a run needs: the connection to each manager, its logins and permissions, sources, sinks and
 * the state. It writes nothing, neither on managers nor locally; programs of `exec` sources run. Throws a
 * `DiagnosticError` for invalid input only.
 *
 * @example
 * const { checks } = await doctor({ files: ["tokyo.yaml"] }, createPlatform());
 */
export async function doctor(options: DoctorOptions, given: Platform): Promise<Health> {
  const platform = readingStdinOnce(given);
  const { managers: names = [] } = options;
  const desired = await readDesired(options, platform);
  requireScope({ managers: names, targets: [] }, desired);
  const managers = [...desired.managers.values()].filter(
    ({ name }) => names.length === 0 || names.includes(name),
  );
  const place = await statePlace(options, desired, platform);
  const secrets = createSecretResolver(secretsPlatformOf(platform));
  const priors = priorsOf(place);
  const lists = await Promise.all([
    ...managers.map((manager) => checkManager(manager, secrets, priors, platform)),
    checkLocalSide({ options, desired, managers, place, secrets, platform }),
  ]);
  requireNotCancelled(platform.signal);
  return { checks: lists.flatMap(({ checks }) => checks) };
}

/** Reads standard input once, because the check of the state reads the desired state again. */
function readingStdinOnce(platform: Platform): Platform {
  let bytes: Promise<Buffer> | undefined;
  return {
    ...platform,
    stdin: () => {
      bytes ??= platform.stdin();
      return bytes;
    },
  };
}

async function checkManager(
  manager: DesiredManager,
  secrets: SecretResolver,
  priors: Promise<Priors | undefined>,
  platform: Platform,
): Promise<CheckList> {
  const list = new CheckList(manager.name);
  const replies = new Replies();
  const ports = new Ports(manager, secrets, replies, platform);
  try {
    await checkReach(list, manager, ports, platform);
    await list.run("version", ["tls"], async () => {
      const { productName, productVersion, apiVersion } = await (await ports.anonymous()).version();
      return { detail: `${productName} ${productVersion}, API ${apiVersion.join(", ")}` };
    });
    await checkEntry(list, manager, ports, await priors);
    await list.run("clock", ["version"], async () => replies.clock());
    await list.run("latency", ["version"], async () => replies.latency());
    return list;
  } finally {
    await ports.close();
  }
}

/** Checks the connection to the manager, unless the caller replaces the network. */
async function checkReach(
  list: CheckList,
  manager: DesiredManager,
  ports: Ports,
  platform: Platform,
): Promise<void> {
  if (platform.transport) return;
  try {
    const { proxy, description } = routeOf(manager, platform);
    const material = async () => (await ports.reach()).tls ?? {};
    const url = new URL(manager.url);
    const path = { url, route: description, proxy, material, now: platform.clock.now() };
    await unlessCancelled(platform.signal, () => checkConnection(list, path));
  } catch (error) {
    if (!(error instanceof DiagnosticError)) throw error;
    await list.run("proxy", [], () => Promise.reject(error));
    await list.run("tls", ["proxy"], () => Promise.reject(error));
  }
}

/** Checks the logins and the reads; an initial secret permits only one call, which writes. */
async function checkEntry(
  list: CheckList,
  { auth, ...manager }: DesiredManager,
  ports: Ports,
  priors: Priors | undefined,
): Promise<void> {
  if (auth.method === "initial-secret") {
    const detail = "`auth` is an initial secret, which permits no call that only reads";
    await list.run("session-login", ["version"], async () => ({ status: "skipped", detail }));
    return;
  }
  const declared = auth.method;
  const login = await checkLogins(list, declared, (method) => ports.of({ ...auth, method }));
  await checkReads(list, login, () => ports.of(auth), { ...manager, auth });
  await list.run("identity", [login], async () => {
    if (priors === undefined) return { status: "skipped", detail: "the state cannot be read" };
    const observers = liveObservers(() => ports.of(auth));
    const refusals = await refusalsOfState({ ...manager, auth }, priors, observers);
    if (refusals.length > 0) return refusals.map(failed);
    return { detail: "nothing shows that the state belongs to another manager" };
  });
}

type Priors = ReadonlyMap<string, PriorState>;

/** What the state has of each manager; `undefined` if it cannot be read, which is a check of its own. */
async function priorsOf({ storage }: StatePlace): Promise<Priors | undefined> {
  try {
    return priorStates(await readState({ storage, keyId: undefined, report: () => {} }));
  } catch (error) {
    if (error instanceof DiagnosticError) return undefined;
    throw error;
  }
}
