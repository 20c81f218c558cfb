import type { PlanContext } from "../../engine/context";
import type { DesiredState } from "../../model/desired-state";
import type { Diagnostic, DiagnosticError } from "../../model/diagnostic";
import { LocalStorage } from "../../state/local/local-storage";
import type { StateView } from "../../state/port";
import type { Storage } from "../../state/storage";
import { type InputOptions, stateFolder } from "../inputs/inputs";
import type { Platform } from "../platform";

/** Where a run's state is. */
export interface StatePlace {
  /** The folder of the state's key; where the state is local, that of the state itself. */
  readonly folder: string;
  readonly storage: Storage;
}

/** The state's place: as asked for, as declared, or `.jp1im` beside the first input. */
export async function statePlace(
  options: InputOptions,
  desired: DesiredState | undefined,
  platform: Platform,
): Promise<StatePlace> {
  return placeAt(await stateFolder(options, desired, platform), platform);
}

export function placeAt(folder: string, { fileSystem }: Pick<Platform, "fileSystem">): StatePlace {
  return { folder, storage: new LocalStorage({ folder, fileSystem }) };
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
