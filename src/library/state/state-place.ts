import type { PlanContext } from "../../engine/context";
import type { DesiredState, StateSettings } from "../../model/desired-state";
import type { Diagnostic, DiagnosticError } from "../../model/diagnostic";
import type { OnKeptFault } from "../../secrets/port";
import type { DeclaredManagers } from "../../state/http/unlisted-parts";
import { LocalStorage } from "../../state/local/local-storage";
import type { StateView } from "../../state/port";
import type { Observer, Storage } from "../../state/storage";
import { type InputOptions, portableFolder, stateFolder } from "../inputs/inputs";
import { stateSettings } from "../inputs/state-settings";
import type { Platform } from "../platform";

/** Where a run's state is. */
export interface StatePlace {
  /** The folder of the state's key; for a local state, the state's folder. */
  readonly folder: string;
  readonly storage: Storage;
  /** As a plan names it: a path relative to the working folder if the user named it so, or a URL. */
  readonly location: string;
}

/** Whether the state is beside its key. */
export function isFolder({ folder, storage }: StatePlace): boolean {
  return storage.location === folder;
}

/**
 * The state's place: from the option, from the desired state, or `.jp1im` beside the first input. `used`: the managers
 * that the run works on; absent for all. Rejects with a `DiagnosticError`.
 */
export async function statePlace(
  options: InputOptions,
  desired: Pick<DesiredState, "state" | "managers"> | undefined,
  platform: Platform,
  used?: readonly string[],
): Promise<StatePlace> {
  const folder = await stateFolder(options, desired, platform);
  const settings = stateSettings(options, desired, platform);
  if (settings === undefined || settings.at === "local")
    return { ...placeAt(folder, platform), location: portableFolder(folder, options, desired, platform.cwd) };
  const all = [...(desired?.managers.keys() ?? [])];
  const storage = await openRemote({ settings, folder, declared: { all, used: used ?? all } }, platform);
  return { folder, storage, location: storage.location };
}

interface RemotePlace {
  readonly settings: Exclude<StateSettings, { readonly at: "local" }>;
  /** For this machine's data of the state: the key, and copies. */
  readonly folder: string;
  readonly declared: DeclaredManagers;
}

/** Loads a backend only if a state needs it. */
async function openRemote({ settings, folder, declared }: RemotePlace, platform: Platform): Promise<Storage> {
  if (settings.at === "git") {
    const { openGit } = await import("../../state/git/open-git.js");
    return openGit({ ...settings, ...platform, cache: folder, observer: platform });
  }
  if (settings.at === "http") {
    const { openHttpState } = await import("./http-place.js");
    return openHttpState(settings, platform, declared);
  }
  const { openPostgresState } = await import("./postgres-place.js");
  return openPostgresState(settings, platform);
}

/** A state in a local folder. */
export function placeAt(folder: string, platform: Pick<Platform, "fileSystem"> & Observer): StatePlace {
  const { fileSystem } = platform;
  return { folder, storage: new LocalStorage({ folder, fileSystem, observer: platform }), location: folder };
}

/** A run's context with the state and its kept secrets. */
export async function withState<C extends Pick<PlanContext, "damaged"> & { recovery: Kept }, S extends State>(
  context: C,
  state: S,
) {
  const faults = new Map<string, DiagnosticError>();
  const kept = await context.recovery.list((name, error) => faults.set(name, error));
  const damaged = new Map(
    [...faults, ...state.damaged].flatMap(([name, { diagnostics }]) =>
      diagnostics.slice(0, 1).map((first): [string, Diagnostic] => [name, first]),
    ),
  );
  return { ...context, state, damaged, kept };
}

type State = StateView & { readonly damaged: ReadonlyMap<string, DiagnosticError> };
type Kept = { list(onFault: OnKeptFault): Promise<PlanContext["kept"]> };
