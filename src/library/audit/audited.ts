import { loadDesiredState } from "../../config/load-desired-state";
import type { DesiredState } from "../../model/desired-state";
import { DiagnosticError } from "../../model/diagnostic";
import type { InputOptions } from "../inputs/inputs";
import { shownState } from "../inputs/shown-state";
import type { Platform } from "../platform";
import type { AuditedRun, RunEnd } from "./audited-run";
import type { RunTrail } from "./run-trail";

/**
 * Records a run from start to end, if an audit trail is declared; otherwise it only does the work. If only the end
 * cannot be recorded, it reports that (`audit-incomplete`) and returns the run's result.
 */
export async function audited<T>(
  run: AuditedRun,
  platform: Platform,
  work: (trail: RunTrail | undefined) => Promise<T>,
  endOf: (result: T) => RunEnd = () => ({}),
): Promise<T> {
  if (run.audit === undefined) return work(undefined);
  // Loaded only with a trail.
  const { openRunTrail } = await import("./open-run-trail.js");
  const trail = await openRunTrail(run.audit, run, platform);
  let result: T;
  try {
    result = await work(trail);
  } catch (error) {
    await trail.fail(error);
    throw error;
  }
  await trail.end(endOf(result));
  return result;
}

/**
 * The same for a command that works on the state, and may know its place without the desired state: it reads the
 * desired state for its `audit`. Errors in it stop only a run that may have to be recorded. `work` must use the
 * platform that it gets.
 */
export async function auditedOnState<T>(
  options: InputOptions & { readonly command: string },
  platform: Platform,
  work: (platform: Platform) => Promise<T>,
  endOf?: (result: T) => RunEnd,
): Promise<T> {
  const own = readingOnce(platform);
  const desired = await desiredOf(options, own);
  const { audit, inputs = [] } = desired ?? {};
  // A text that is not a place for a state, and may hold a password, is refused before a line is written.
  const state = audit && (await shownState(options, desired, platform));
  return audited({ audit, command: options.command, inputs, state }, platform, () => work(own), endOf);
}

async function desiredOf(
  { files }: InputOptions,
  { cwd, stdin, fileSystem, env }: Platform,
): Promise<DesiredState | undefined> {
  if (files.length === 0) return undefined;
  const read = await loadDesiredState({ paths: files, cwd, stdin, fileSystem, variables: { env } });
  if (read.desired === undefined && read.mayDeclareAudit) throw new DiagnosticError(read.diagnostics);
  return read.desired;
}

/** Standard input can be read only once. */
function readingOnce(platform: Platform): Platform {
  let read: Promise<Buffer> | undefined;
  const stdin = () => {
    read ??= platform.stdin();
    return read;
  };
  return { ...platform, stdin };
}
