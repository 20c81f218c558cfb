import { isTooLarge, ManagerError } from "../api/manager-error";
import { type DiagnosticError, failure } from "../model/diagnostic";
import { suggest } from "../model/shell-command";
import type { KindApplyContext } from "./apply-context";

export interface Deletion {
  /** The place of the names, for progress and messages: `tokyo/client`. */
  readonly place: string;
  readonly names: readonly string[];
  readonly addressOf: (name: string) => string;
  /** The one request that deletes all of them. */
  readonly send: (names: readonly string[]) => Promise<void>;
  /** Lists what the manager has now. */
  readonly list: () => Promise<readonly string[]>;
  /** Called for each name once it is known to be gone. */
  readonly gone: (name: string) => void;
  /** Called with the names that are left after the last failure. */
  readonly failed: (names: readonly string[], error: unknown) => void;
  /**
   * Called instead of `failed` for names that the manager answered as deleted, if the list that would confirm it
   * could not be read.
   */
  readonly unconfirmed?: (names: readonly string[], error: DiagnosticError) => void;
}

/**
 * Deletes many resources in one request. One unknown name makes the manager refuse the whole request, without saying
 * what happened to the others. So after a failure it lists again and retries only what still exists. It halves a
 * request that is too large for the manager.
 */
export async function deleteTogether(applying: KindApplyContext, deletion: Deletion): Promise<void> {
  let remaining = deletion.names;
  for (let attempt = 1; remaining.length > 0; attempt++) {
    try {
      await applying.write(() => deletion.send(remaining));
      settle(deletion, remaining, await listed(deletion));
      return;
    } catch (error) {
      if (isTooLarge(error) && remaining.length > 1) {
        const half = Math.ceil(remaining.length / 2);
        await deleteTogether(applying, { ...deletion, names: remaining.slice(0, half) });
        await deleteTogether(applying, { ...deletion, names: remaining.slice(half) });
        return;
      }
      const isWorthIt = await applying.mayTryAgain(error, attempt, deletion.place);
      const there = await listed(deletion);
      for (const name of remaining.filter((each) => there?.has(each) === false)) deletion.gone(name);
      remaining = remaining.filter((name) => there?.has(name) !== false);
      // Resources that could not be listed are not deleted blindly.
      if ((isWorthIt && there) || remaining.length === 0) continue;
      deletion.failed(remaining, error);
      return;
    }
  }
}

/**
 * A resource that the manager answered as deleted counts as deleted only once the list confirms it. If it were
 * forgotten before and still existed, it would count as unowned, and nothing would delete it again.
 */
function settle(
  { place, gone, failed, unconfirmed = failed, addressOf }: Deletion,
  names: readonly string[],
  there: ReadonlySet<string> | undefined,
): void {
  if (there === undefined) {
    unconfirmed(names, notListed(names, place));
    return;
  }
  const left = names.filter((name) => there.has(name));
  for (const name of names) if (!left.includes(name)) gone(name);
  if (left.length > 0) failed(left, stillThere(left, place, left.map(addressOf)));
}

/** The manager answered that it deleted something at a place, but still lists it. */
export function stillThere(
  names: readonly string[],
  place: string,
  addresses: readonly string[],
): DiagnosticError {
  const summary = `the manager answered that it deleted ${names.join(", ")} at ${place}, and still lists what it deleted`;
  const remedy = `run again; if it stays, delete it on the manager, or run ${suggest("state", "rm", ...addresses)} to leave it to others`;
  return failure({ code: "manager-failed", summary, remedy });
}

/** The manager answered that it deleted something at a place, but the list that would confirm it could not be read. */
export function notListed(names: readonly string[], place: string): DiagnosticError {
  const summary = `the manager answered that it deleted ${names.join(", ")} at ${place}, and what is there now could not be listed`;
  return failure({ code: "manager-failed", summary, remedy: "run again: the next run sees what is left" });
}

/** What exists now; `undefined` if unknown. */
async function listed(deletion: Deletion): Promise<ReadonlySet<string> | undefined> {
  try {
    return new Set(await deletion.list());
  } catch (error) {
    if (error instanceof ManagerError) return undefined;
    throw error;
  }
}
