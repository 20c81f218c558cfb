import { ManagerError } from "../../api/manager-error";
import { type Diagnostic, DiagnosticError } from "../../model/diagnostic";
import { suggest } from "../../model/shell-command";
import { diagnosticsOfFault } from "../manager-diagnostic";
import { clearClients, clearKeys } from "./clear";
import { type Journal, removeJournal, rewriteJournal } from "./journal";
import type { ProbeSession } from "./session";

/** Longer than any known manager or proxy takes: later it will not carry out the write any more. */
const LONGEST_WRITE_MS = 10 * 60_000;

export interface CleanedUp {
  /** Number of removed scratch objects. */
  readonly removed: number;
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * Removes what a probe may have left, and then its journal. A cancelled run does so, too: only a manager that does
 * not answer stops it. `openWriteAt`: when a write with an unknown outcome may have been sent; the journal stays
 * until the manager can no longer carry it out. Faults do not reject: it resolves to their diagnostics.
 */
export async function cleanUp(
  session: ProbeSession,
  journal: Journal,
  openWriteAt: number | undefined,
): Promise<CleanedUp> {
  const { connections } = session;
  connections.beforeWrite = undefined;
  let removed = 0;
  try {
    await connections.close();
    const raw = await connections.open(new AbortController().signal);
    const cleared = [await clearKeys(raw, journal.agent, journal.prefix)];
    if (journal.clients) cleared.push(await clearClients(raw, journal.prefix));
    const left = cleared.flatMap((each) => each.left);
    removed = cleared.flatMap((each) => each.present).length - left.length;
    const diagnostics =
      left.length > 0
        ? [leftovers(session, journal, `${left.length} are refused to be deleted`)]
        : await settle(session, journal, openWriteAt);
    return { removed, diagnostics };
  } catch (error) {
    if (!(error instanceof ManagerError) && !(error instanceof DiagnosticError)) throw error;
    const [first] = diagnosticsOfFault(error);
    return { removed, diagnostics: [leftovers(session, journal, first?.summary ?? "")] };
  }
}

/** An empty list does not prove that the manager will not still carry out a write. */
async function settle(
  session: ProbeSession,
  journal: Journal,
  openWriteAt: number | undefined,
): Promise<readonly Diagnostic[]> {
  const { platform, path } = session;
  const { clock, fileSystem } = platform;
  if (openWriteAt === undefined || clock.now() >= openWriteAt + LONGEST_WRITE_MS) {
    await removeJournal(fileSystem, path);
    return [];
  }
  await rewriteJournal(fileSystem, path, { ...journal, writesUntil: openWriteAt });
  return [unsettled(session, journal, new Date(openWriteAt + LONGEST_WRITE_MS))];
}

function unsettled({ manager }: ProbeSession, { prefix }: Journal, until: Date): Diagnostic {
  const time = until.toISOString();
  return {
    ...{ code: "probe-leftovers", severity: "error", address: manager.name },
    summary: `the probe's last request may have got no answer, and ${manager.name} may carry it out until ${time}: a scratch object whose name begins with ${prefix} could appear until then`,
    remedy: `run ${cleanUpCommand(manager.name)} after ${time}; it looks again, and forgets the probe where nothing is left`,
  };
}

function leftovers({ manager }: ProbeSession, { prefix, agent }: Journal, why: string): Diagnostic {
  return {
    ...{ code: "probe-leftovers", severity: "error", address: manager.name },
    summary: `scratch objects whose names begin with ${prefix} may still be on ${manager.name}, as keys of the agent ${agent.managerHost}/${agent.host} or as clients: ${why}`,
    remedy: `run ${cleanUpCommand(manager.name)} once the manager answers; the next probe removes them as well`,
  };
}

function cleanUpCommand(manager: string): string {
  return suggest("probe", "--manager", manager, "--clean-up");
}
