import type { DesiredState } from "../../model/desired-state";
import { type DiagnosticError, failure } from "../../model/diagnostic";
import type { PlanMode } from "../../model/plan";
import type { Storage } from "../../state/storage";
import { type InputOptions, loadChecked, readDesired } from "../inputs/inputs";
import type { Platform } from "../platform";
import { type StatePlace, statePlace } from "./state-place";

/** Finds the state. */
export async function locateState(
  options: InputOptions,
  platform: Platform,
  whenMissing = noState,
): Promise<StatePlace> {
  const place = await placeToWrite(options, platform);
  if (options.state !== undefined) await requireState(place, whenMissing);
  return place;
}

/** The same, and the place may be empty. */
export async function placeToWrite(options: InputOptions, platform: Platform): Promise<StatePlace> {
  return statePlace(options, await desiredOfPlace(options, platform), platform);
}

/**
 * The desired state, if it may name the place. It is only a help if it tells a server's managers that its list may
 * lack.
 */
async function desiredOfPlace(options: InputOptions, platform: Platform) {
  if (options.state === undefined) return readDesired(options, platform);
  if (!isServer(options.state)) return undefined;
  const { desired } = await loadChecked(options, platform);
  return desired && { managers: desired.managers };
}

function isServer(location: string): boolean {
  return /^https?:/i.test(location);
}

/** The state of a plan or an apply. A destroy needs an existing state, because it destroys its content. */
export async function stateOfRun(
  options: InputOptions & { readonly mode?: PlanMode | undefined },
  desired: DesiredState,
  platform: Platform,
): Promise<StatePlace> {
  const place = await statePlace(options, desired, platform);
  if (options.mode === "destroy" && options.state !== undefined) await requireState(place);
  return place;
}

/**
 * A named state must exist, because a missing one would look like a state that owns nothing. A lock, or a secret that
 * waits for its delivery, may exist without a log. Throws `state-unreadable`.
 */
async function requireState({ storage }: StatePlace, whenMissing = noState): Promise<void> {
  if ((await storage.managers()).length > 0) return;
  // A copy that was interrupted at its first part left only the note.
  const { put } = (await storage.identity()) ?? {};
  if ((put?.unfinished ?? put?.damaged) !== undefined) return;
  throw whenMissing(storage);
}

/**
 * A hint for a state that seems missing: the role may not see the schema of the tables, or the credentials not the
 * documents.
 */
export function hiddenStateNote(location: string): string {
  if (isServer(location))
    return "; a server may answer 404 as well where these credentials may not see the state; if only its document `_managers` is lost, name the desired state of all managers with `-f`, so that jp1im looks for their parts";
  return location.startsWith("postgres")
    ? "; a wrong search_path, or a missing USAGE on the schema, looks the same: as that role, `SELECT current_schema()` must answer the schema with the tables"
    : "";
}

export function noState({ location }: Pick<Storage, "location">): DiagnosticError {
  return failure({
    code: "state-unreadable",
    summary: `there is no state at ${location}`,
    remedy: `check --state; the first \`jp1im apply\` or \`jp1im import\` that writes makes it${hiddenStateNote(location)}`,
  });
}
