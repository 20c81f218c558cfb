import { DiagnosticError } from "../../model/diagnostic";
import { shellCommand } from "../../model/shell-command";

/**
 * Adds the state to commands in remedies about a lock or a copy, because the user of this caller has not named a
 * state on a command line.
 */
export function nameStateIn(error: unknown, state: string): unknown {
  if (!(error instanceof DiagnosticError)) return error;
  const place = shellCommand("--state", state);
  const diagnostics = error.diagnostics.map(({ remedy, ...rest }) => ({
    ...rest,
    remedy: remedy?.replace(COMMAND, `$& ${place}`),
  }));
  return new DiagnosticError(diagnostics, { cause: error.cause ?? error });
}

/** A command that already names a state keeps it. */
const COMMAND = /(?<=`)jp1im state (?:unlock|push|migrate) (?![^`]*--state )[^`]+/g;
