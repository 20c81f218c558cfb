import type { DesiredState } from "../../model/desired-state";
import { type DiagnosticError, failure } from "../../model/diagnostic";
import type { PlanMode } from "../../model/plan";
import { fileFault } from "../../platform/file-fault";
import { RECOVERY_FOLDER } from "../../secrets/recovery";
import { checkStateFolder } from "../../state/local/check-state-folder";
import { LOCK_FILE } from "../../state/local/lock-file";
import { LOG_FILE } from "../../state/read-state";
import { type InputOptions, readDesired, stateFolder } from "../inputs/inputs";
import type { Platform } from "../platform";

/** Finds the state; the desired state is read only where it might say where that is. */
export async function locateState(options: InputOptions, platform: Platform): Promise<string> {
  const desired = options.state === undefined ? await readDesired(options, platform) : undefined;
  const folder = await stateFolder(options, desired, platform);
  if (options.state !== undefined) await requireState(folder, platform);
  return folder;
}

/** The state folder of a plan or an apply. What destroys needs the state that was named: it destroys what is in it. */
export async function stateOfRun(
  options: InputOptions & { readonly mode?: PlanMode | undefined },
  desired: DesiredState,
  platform: Platform,
): Promise<string> {
  const folder = await stateFolder(options, desired, platform);
  if (options.mode === "destroy" && options.state !== undefined) await requireState(folder, platform);
  return folder;
}

/**
 * A state that was named must be there: an empty one in its place would look like a state that owns nothing. Throws
 * `state-unreadable`.
 */
async function requireState(folder: string, { fileSystem }: Platform): Promise<void> {
  await checkStateFolder(folder, fileSystem);
  const names = await fileSystem.list(folder).catch((error) => {
    throw noStateAt(folder, fileFault(error), error);
  });
  // A lock to be released, or a secret that waits for its delivery, may be there without a log.
  if (![LOG_FILE, LOCK_FILE, RECOVERY_FOLDER].some((name) => names.includes(name)))
    throw noStateAt(folder, `there is no ${LOG_FILE} in it`);
}

function noStateAt(folder: string, why: string, cause?: unknown): DiagnosticError {
  const summary = `there is no state at ${folder}: ${why}`;
  const remedy = "check --state; the first `jp1im apply` or `jp1im import` that writes makes it";
  return failure({ code: "state-unreadable", summary, remedy }, { cause });
}
