import { loadDesiredState } from "../config/load-desired-state";
import { isTarget, placesAbove } from "../model/address";
import type { Completable } from "../model/completable";
import { declaredAddresses, issuesOf } from "../model/declared";
import type { DesiredManager, DesiredState } from "../model/desired-state";
import { readState } from "../state/read-state";
import type { Storage } from "../state/storage";
import { explain } from "./explain";
import { type InputOptions, stateFolder } from "./inputs/inputs";
import { stateSettings } from "./inputs/state-settings";
import type { Platform } from "./platform";
import { keptIn } from "./state/kept";
import { placeAt } from "./state/state-place";

/** Parsing more would take longer than users wait. */
const MOST_BYTES = 1024 * 1024;

/**
 * The names that a shell offers, sorted: those in the readable parts of the desired state and a local state. It reads
 * no secret and no standard input, runs no program, contacts nothing and takes no lock. It does not report errors in
 * the files.
 *
 * @example
 * const managers = await complete("manager", { files: ["tokyo.yaml"] }, createPlatform());
 */
export async function complete(
  kind: Completable,
  options: InputOptions,
  platform: Platform,
): Promise<readonly string[]> {
  if (kind === "code") return explain().map(({ code }) => code);
  const desired = await readable(options, platform);
  const names = await namesOf(kind, desired, await localState(options, desired, platform));
  return [...new Set(names)].sort();
}

async function namesOf(
  kind: Exclude<Completable, "code">,
  desired: DesiredState,
  state: Storage | undefined,
): Promise<readonly string[]> {
  const managers = [...desired.managers.values()];
  switch (kind) {
    case "manager":
      return managers.map(({ name }) => name);
    case "zone":
      return managers.flatMap(({ zone = [] }) => zone);
    case "host":
      return managers.flatMap(hostsOf);
    case "client":
      return managers.flatMap(({ clients }) => clients.map(({ id }) => id));
    case "issued":
      return managers.flatMap((manager) => issuesOf(manager).map(({ address }) => address));
    case "target": {
      const addresses = [...declaredAddresses(desired), ...(await ownedIn(state))];
      return addresses.flatMap((address) => [...placesAbove(address)]).filter(isTarget);
    }
    case "owned":
      return ownedIn(state);
    case "lock":
      return locksOf(state);
  }
}

function hostsOf({ host, lowerManagers }: DesiredManager): readonly string[] {
  return [host, ...lowerManagers.map((lower) => lower.host)];
}

/** What the files declare, including the valid parts of files with errors. */
async function readable({ files }: InputOptions, platform: Platform): Promise<DesiredState> {
  let declared: DesiredState = { managers: new Map(), inputs: [] };
  const { cwd, env, fileSystem } = platform;
  await loadDesiredState({
    paths: files.filter((file) => file !== "-"),
    ...{ cwd, fileSystem, variables: { env }, mostBytes: MOST_BYTES },
    check: async (desired) => {
      declared = desired;
      return [];
    },
  });
  return declared;
}

/** Only a local state: any other would need the network. */
async function localState(
  options: InputOptions,
  desired: DesiredState,
  platform: Platform,
): Promise<Storage | undefined> {
  const settings = stateSettings(options, desired, platform);
  if (settings !== undefined && settings.at !== "local") return undefined;
  return placeAt(await stateFolder(options, desired, platform), platform).storage;
}

/** Empty for a state that cannot be read. */
async function ownedIn(state: Storage | undefined): Promise<readonly string[]> {
  if (state === undefined) return [];
  const read = readState({ storage: state, report: () => undefined, isShown: true });
  const records = await read.then((view) => [...view.records()]).catch(() => []);
  const kept = await keptIn(state, () => undefined).catch(() => []);
  return [...records, ...kept].flatMap(({ address = [] }) => address);
}

async function locksOf(state: Storage | undefined): Promise<readonly string[]> {
  const managers = (await state?.managers()) ?? [];
  const holders = await Promise.all(managers.map((manager) => state?.holder(manager)));
  return holders.flatMap((holder) => holder?.id ?? []);
}
