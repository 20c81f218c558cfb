import { ManagerError } from "../../api/manager-error";
import { type Diagnostic, DiagnosticError } from "../../model/diagnostic";
import { suggest } from "../../model/shell-command";
import { diagnosticsOfFault } from "../manager-diagnostic";
import { clearClients, clearKeys } from "./clear";
import { type Journal, removeJournal } from "./journal";
import type { ProbeSession } from "./session";

/**
 * Removes what a probe may have left, and then its journal. A run that is cancelled does so as well, so that nothing stops it but
 * a manager without an answer. Never rejects for what is there: it resolves to what went wrong.
 */
export async function cleanUp(session: ProbeSession, journal: Journal): Promise<readonly Diagnostic[]> {
  const { connections, platform, path } = session;
  try {
    await connections.close();
    const raw = await connections.open(new AbortController().signal);
    const left = [
      ...(await clearKeys(raw, journal.agent, journal.prefix)),
      ...(journal.clients ? await clearClients(raw, journal.prefix) : []),
    ];
    if (left.length > 0) return [leftovers(session, journal, `${left.length} are refused to be deleted`)];
    await removeJournal(platform.fileSystem, path);
    return [];
  } catch (error) {
    if (!(error instanceof ManagerError) && !(error instanceof DiagnosticError)) throw error;
    const [first] = diagnosticsOfFault(error);
    return [leftovers(session, journal, first?.summary ?? "")];
  }
}

function leftovers({ manager }: ProbeSession, { prefix, agent }: Journal, why: string): Diagnostic {
  return {
    ...{ code: "probe-leftovers", severity: "error", address: manager.name },
    summary: `scratch objects whose names begin with ${prefix} may still be on ${manager.name}, as keys of the agent ${agent.managerHost}/${agent.host} or as clients: ${why}`,
    remedy: `run ${suggest("probe", "--manager", manager.name, "--clean-up")} once the manager answers; the next probe removes them as well`,
  };
}
