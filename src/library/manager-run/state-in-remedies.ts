import { DiagnosticError } from "../../model/diagnostic";
import { shellCommand } from "../../model/shell-command";

/** Nobody who reads of a lock or a copy here has named a state to the command line: the commands that put it right name it. */
export function nameStateIn(error: unknown, state: string): unknown {
  if (!(error instanceof DiagnosticError)) return error;
  const place = shellCommand("--state", state);
  const diagnostics = error.diagnostics.map(({ remedy, ...rest }) => ({
    ...rest,
    ...(remedy !== undefined && { remedy: remedy.replace(COMMAND, `$& ${place}`) }),
  }));
  return new DiagnosticError(diagnostics, { cause: error.cause ?? error });
}

/** One that names a state already keeps it. */
const COMMAND = /(?<=`)jp1im state (?:unlock|push|migrate) (?![^`]*--state )[^`]+/g;
