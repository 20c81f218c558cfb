import { diagnosticsOfFault } from "../../library/manager-diagnostic";
import type { Diagnostic } from "../../model/diagnostic";
import { type Fault, toFault } from "../fault";
import type { Connection } from "../provider/connection";

/** What a refresh says of a manager that did not answer, or is another one: what was known stays. A bug is thrown on. */
export function silent(error: unknown, { unreachable }: Pick<Connection, "unreachable">): readonly Fault[] {
  const mayWarn = ({ code }: Diagnostic) => unreachable === "warn" && code !== "other-manager";
  return diagnosticsOfFault(error).map((each) =>
    toFault({ ...each, severity: mayWarn(each) ? "warning" : "error" }),
  );
}
