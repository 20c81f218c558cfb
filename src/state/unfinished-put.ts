/** No run relies on a copy before all its parts are written: see `docs/decisions/0032-a-copy-is-put-whole.md`. */
import { type Diagnostic, type DiagnosticError, failure } from "../model/diagnostic";
import { suggest } from "../model/shell-command";
import type { LastPut, UnfinishedPut } from "./last-put";
import type { StateIdentity } from "./state-identity";
import type { Storage } from "./storage";

/** The most names that a message shows. */
const SHOWN = 5;

type Place = Pick<Storage, "location" | "holder" | "isGone">;

/** Throws a `DiagnosticError` (`state-unfinished`) while parts of a copy are missing in the state. */
export async function requireFinished(identity: StateIdentity | undefined, place: Place): Promise<void> {
  const error = await unfinishedIn(identity, place);
  if (error !== undefined) throw error;
}

/** The fault of a state that lacks parts of a copy. */
export async function unfinishedIn(
  identity: StateIdentity | undefined,
  place: Place,
): Promise<DiagnosticError | undefined> {
  const { put } = identity ?? {};
  if (put?.damaged !== undefined) return damagedNote(put.id, place.location);
  if (put?.unfinished === undefined) return undefined;
  return unfinishedPut(put.id, put.unfinished, place.location, await isAtWork(put.unfinished, place));
}

/** The command that puts the copy: `state push`. */
export function commandOf({ again }: UnfinishedPut): string {
  return again.slice(0, 2).join(" ");
}

async function isAtWork(put: UnfinishedPut, place: Place): Promise<boolean> {
  const [manager] = put.managers;
  const holder = manager === undefined ? undefined : await place.holder(manager);
  return holder?.command === commandOf(put) && !place.isGone(holder);
}

function unfinishedPut(
  id: LastPut["id"],
  put: UnfinishedPut,
  location: string,
  atWork: boolean,
): DiagnosticError {
  const run = `"${commandOf(put)}", begun by ${put.who} at ${put.since},`;
  const what = stateOf(put, location);
  const finish = waysOut(id, put);
  return failure({
    code: "state-unfinished",
    summary: atWork
      ? `${run} has not finished putting a copy in place of ${what}`
      : `${run} was interrupted while it put a copy in place of ${what}: some of it is as in the copy, and some is not`,
    remedy: atWork ? `wait until that run has ended; if it is gone, ${finish}` : finish,
  });
}

/** The summary of a put that ends with an error. */
export function leftIncomplete({ id, unfinished }: LastPut, location: string): Diagnostic | undefined {
  if (unfinished === undefined) return undefined;
  return {
    code: "copy-incomplete",
    severity: "error",
    summary: `of ${stateOf(unfinished, location)} some is as in the copy now, and some may not be: every run on it stops until the copy is there`,
    remedy: `when the cause is put right, ${waysOut(id, unfinished)}`,
  };
}

function stateOf({ managers }: UnfinishedPut, location: string): string {
  const more = managers.length > SHOWN ? ` and ${managers.length - SHOWN} more` : "";
  return `the state of ${managers.slice(0, SHOWN).join(", ")}${more} in ${location}`;
}

function waysOut(id: LastPut["id"], { again }: UnfinishedPut): string {
  return `finish it with the same command: ${suggest(...again)}; or put another whole copy there. Where no copy is left, ${suggest("state", "unlock", id)} keeps what is there, as it is`;
}

function damagedNote(id: LastPut["id"], location: string): DiagnosticError {
  return failure({
    code: "state-unfinished",
    summary: `the note of the state in ${location} is damaged: a copy may have been put there, and not all of it be there`,
    remedy: `put a whole copy there; or ${suggest("state", "unlock", id)} keeps what is there, as it is`,
  });
}

/** Another run changed the note of the state while this one read the state. */
export function changedMeanwhile({ location }: Pick<Storage, "location">): DiagnosticError {
  return failure({
    code: "state-locked",
    summary: `another run began the state in ${location}, put a copy there, or gave it another key meanwhile`,
    remedy: "run the command again when that run has ended",
  });
}
