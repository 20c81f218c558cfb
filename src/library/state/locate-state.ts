import type { DesiredState } from "../../model/desired-state";
import { type DiagnosticError, failure } from "../../model/diagnostic";
import type { PlanMode } from "../../model/plan";
import type { Storage } from "../../state/storage";
import { type InputOptions, readDesired } from "../inputs/inputs";
import type { Platform } from "../platform";
import { type StatePlace, statePlace } from "./state-place";

/** Finds the state; the desired state is read only where it might say where that is. */
export async function locateState(
  options: InputOptions,
  platform: Platform,
  whenMissing = noState,
): Promise<StatePlace> {
  const desired = options.state === undefined ? await readDesired(options, platform) : undefined;
  const place = await statePlace(options, desired, platform);
  if (options.state !== undefined) await requireState(place, whenMissing);
  return place;
}

/** The state of a plan or an apply. What destroys needs the state that was named: it destroys what is in it. */
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
 * A state that was named must be there: an empty one in its place would look like a state that owns nothing. A lock to be
 * released, or a secret that waits for its delivery, may be there without a log. Throws `state-unreadable`.
 */
async function requireState({ storage }: StatePlace, whenMissing = noState): Promise<void> {
  if ((await storage.managers()).length > 0) return;
  // Of a copy that was interrupted at its first part, only the note is there.
  const { put } = (await storage.identity()) ?? {};
  if ((put?.unfinished ?? put?.damaged) !== undefined) return;
  throw whenMissing(storage);
}

/** Where a role does not see the schema with the tables, or credentials not the documents, the state looks like none. */
export function hiddenStateNote(location: string): string {
  if (/^https?:/.test(location))
    return "; a server may answer 404 as well where these credentials may not see the state";
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
