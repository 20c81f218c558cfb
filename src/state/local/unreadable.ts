import { type DiagnosticError, failure } from "../../model/diagnostic";
import { fileFault } from "../../platform/file-fault";

/** A file of the state that is there and cannot be read. */
export function unreadable(path: string, error: unknown): DiagnosticError {
  const summary = `the state ${path} cannot be read: ${fileFault(error)}`;
  const remedy = "check the path and its permissions";
  return failure({ code: "state-unreadable", summary, remedy }, { cause: error });
}
