import { DiagnosticError, failure } from "../../model/diagnostic";
import { fileFault } from "../../platform/file-fault";

/** A file of the state that is there and cannot be read. */
export function unreadable(path: string, error: unknown): DiagnosticError {
  const summary = `the state ${path} cannot be read: ${fileFault(error)}`;
  const remedy = "check the path and its permissions";
  return failure({ code: "state-unreadable", summary, remedy }, { cause: error });
}

/** A file beside the state that cannot be made; a fault that is a diagnostic already stays as it is. */
export function unwritable(path: string, error: unknown): DiagnosticError {
  if (error instanceof DiagnosticError) return error;
  const summary = `${path} cannot be written: ${fileFault(error)}`;
  const remedy = "make its folder one that can be written, or name another one with --state";
  return failure({ code: "state-unwritable", summary, remedy }, { cause: error });
}
