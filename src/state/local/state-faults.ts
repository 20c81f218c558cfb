import { DiagnosticError, failure } from "../../model/diagnostic";
import { fileFault } from "../../platform/file-fault";

/** The error if an existing file of the state, or of a manager's part, cannot be read. */
export function unreadable(path: string, error: unknown, manager?: string): DiagnosticError {
  const summary = `the state ${path} cannot be read: ${fileFault(error)}`;
  const remedy = "check the path and its permissions";
  return failure({ code: "state-unreadable", summary, remedy, address: manager }, { cause: error });
}

/** The error if a file beside the state cannot be created. A diagnostic stays as it is. */
export function unwritable(path: string, error: unknown): DiagnosticError {
  if (error instanceof DiagnosticError) return error;
  const summary = `${path} cannot be written: ${fileFault(error)}`;
  const remedy = "make its folder one that can be written, or name another one with --state";
  return failure({ code: "state-unwritable", summary, remedy }, { cause: error });
}
