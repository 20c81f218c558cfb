import { DiagnosticError } from "../../model/diagnostic";
import { shellCommand } from "../../model/shell-command";

/** Nobody who reads of a lock here has named a state to the command line: the command that removes the lock names it. */
export function nameStateInUnlock(error: unknown, state: string): unknown {
  if (!(error instanceof DiagnosticError)) return error;
  const diagnostics = error.diagnostics.map(({ remedy, ...rest }) => ({
    ...rest,
    ...(remedy !== undefined && { remedy: remedy.replace(UNLOCK, `$& ${shellCommand("--state", state)}`) }),
  }));
  return new DiagnosticError(diagnostics, { cause: error.cause ?? error });
}

const UNLOCK = /(?<=`)jp1im state unlock [^`]+/;
