import type { PlanContext } from "../../engine/context";
import type { DesiredState } from "../../model/desired-state";
import type { Diagnostic, DiagnosticError } from "../../model/diagnostic";
import type { GitStateOptions } from "../../state/git/open-git";
import { LocalStorage } from "../../state/local/local-storage";
import type { StateView } from "../../state/port";
import type { Storage } from "../../state/storage";
import { isGitState, parseGitState } from "../inputs/git-state";
import { type InputOptions, portableFolder, stateFolder } from "../inputs/inputs";
import type { Platform } from "../platform";

/** Where a run's state is. */
export interface StatePlace {
  /** The folder of the state's key; where the state is local, that of the state itself. */
  readonly folder: string;
  readonly storage: Storage;
  /** As a plan names it: from the working folder where it was named from there, or a URL. */
  readonly location: string;
}

/** The state's place: as asked for, as declared, or `.jp1im` beside the first input. Rejects with a `DiagnosticError`. */
export async function statePlace(
  options: InputOptions,
  desired: Pick<DesiredState, "state"> | undefined,
  platform: Platform,
): Promise<StatePlace> {
  const folder = await stateFolder(options, desired, platform);
  const git = gitSettings(options, desired, platform);
  if (git === undefined)
    return { ...placeAt(folder, platform), location: portableFolder(folder, options, desired, platform.cwd) };
  const { openGit } = await import("../../state/git/open-git.js");
  const { env, fileSystem, clock, random } = platform;
  const storage = await openGit({ ...git, cache: folder, env, fileSystem, clock, random });
  return { folder, storage, location: storage.location };
}

/** A state in a local folder. */
export function placeAt(folder: string, { fileSystem }: Pick<Platform, "fileSystem">): StatePlace {
  return { folder, storage: new LocalStorage({ folder, fileSystem }), location: folder };
}

function gitSettings(
  { state }: InputOptions,
  desired: Pick<DesiredState, "state"> | undefined,
  { cwd }: Platform,
): Pick<GitStateOptions, "remote" | "branch" | "folder"> | undefined {
  if (state !== undefined) return isGitState(state) ? { ...parseGitState(state), folder: cwd } : undefined;
  return desired?.state?.at === "git" ? desired.state : undefined;
}

/** A run's context with the state, and with what is kept of issued secrets. */
export async function withState<C extends Pick<PlanContext, "damaged"> & { recovery: Kept }, S extends State>(
  context: C,
  state: S,
) {
  const damaged = new Map(
    [...state.damaged].flatMap(([name, { diagnostics }]) =>
      diagnostics.slice(0, 1).map((first): [string, Diagnostic] => [name, first]),
    ),
  );
  return { ...context, state, damaged, kept: await context.recovery.list() };
}

type State = StateView & { readonly damaged: ReadonlyMap<string, DiagnosticError> };
type Kept = { list(): Promise<PlanContext["kept"]> };
