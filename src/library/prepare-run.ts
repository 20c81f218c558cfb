import { dirname, isAbsolute, relative, resolve, sep } from "node:path";
import type { OnWrite } from "../api/port";
import type { ApplyContext, PlanContext } from "../engine/context";
import type { DesiredState } from "../model/desired-state";
import { createDelivery } from "../secrets/delivery";
import { createFingerprints } from "../secrets/fingerprints";
import { createRecovery } from "../secrets/recovery";
import { createSecretResolver } from "../secrets/resolver";
import type { StateKey } from "../secrets/state-key";
import { createTrustedResolver, nothingReached } from "../secrets/trusted-resolver";
import { version } from "../version";
import { type Connections, connections } from "./inputs/connect-declared";
import { secretsPlatformOf } from "./inputs/secrets-platform";
import type { Review } from "./inputs/trust";
import type { Platform } from "./platform";
import type { StatePlace } from "./state/state-place";

export const DEFAULT_PARALLELISM = 10;

type PreparedRun = Omit<PlanContext, "state" | "kept"> &
  Pick<ApplyContext, "recovery" | "delivery" | "random"> &
  Pick<Connections, "close">;

interface RunOptions {
  readonly parallelism?: number | undefined;
  readonly review?: Review | undefined;
  readonly onWrite?: OnWrite | undefined;
}

export interface RunToPrepare {
  readonly options: RunOptions;
  readonly desired: DesiredState;
  readonly place: StatePlace;
  readonly key: Pick<StateKey, "key">;
}

/** Runs `work` with everything that it needs besides the state, and closes the connections. */
export async function withRun<T>(
  run: RunToPrepare,
  platform: Platform,
  work: (context: Omit<PreparedRun, "close">) => Promise<T>,
): Promise<T> {
  const { close, ...context } = prepareRun(run, platform);
  try {
    return await work(context);
  } finally {
    await close();
  }
}

/** Everything that a run needs besides its state. The caller closes it. */
export function prepareRun(
  { options, desired, place: { folder, location, storage }, key: { key } }: RunToPrepare,
  platform: Platform,
): PreparedRun {
  const { cwd, fileSystem, clock, random, signal, report } = platform;
  const outside = secretsPlatformOf(platform);
  const { review } = options;
  const project = projectFolder(desired, folder, cwd);
  const resolver = createSecretResolver({ ...outside, projectFolder: project });
  const secrets = review
    ? createTrustedResolver({ ...review, resolver, projectFolder: project }, fileSystem)
    : resolver;
  const delivering = { ...outside, ...(review && nothingReached) };
  const delivery = createDelivery({ ...delivering, secrets, projectFolder: project });
  const parallelism = options.parallelism ?? DEFAULT_PARALLELISM;
  const { connect, close } = connections(desired, secrets, parallelism, platform, options.onWrite);
  const fingerprints = createFingerprints(key);
  const recovery = createRecovery({ places: storage, stateKey: key, random });
  return {
    desired,
    stateLocation: location,
    connect,
    secrets,
    delivery,
    fingerprints,
    recovery,
    random,
    clock,
    version,
    parallelism,
    report,
    signal,
    close,
    refused: review?.refused,
  };
}

/**
 * The folder that a checkout of the desired state moves as a whole: the parent of the state's folder if all inputs
 * are below it, else the deepest folder above all inputs. The order of the inputs, and the folder from which they are
 * named, do not matter.
 */
function projectFolder({ inputs }: DesiredState, stateFolder: string, cwd: string): string {
  const folders = inputs
    .filter(({ path }) => path !== "<stdin>")
    .map(({ path }) => dirname(resolve(cwd, path)));
  const beside = dirname(stateFolder);
  if (folders.every((folder) => isWithin(folder, beside))) return beside;
  const [first = cwd] = folders;
  let common = first;
  while (!folders.every((folder) => isWithin(folder, common))) common = dirname(common);
  return common;
}

function isWithin(path: string, folder: string): boolean {
  const way = relative(folder, path);
  return way !== ".." && !way.startsWith(`..${sep}`) && !isAbsolute(way);
}
