import { diagnosticsOfFault } from "../../library/manager-diagnostic";
import { type Fault, toFault } from "../fault";
import type { Connection } from "../provider/connection";

/** What a refresh says of a manager that did not answer: what was known stays. A bug is thrown on. */
export function silent(error: unknown, { unreachable }: Pick<Connection, "unreachable">): readonly Fault[] {
  const severity = unreachable === "warn" ? "warning" : "error";
  return diagnosticsOfFault(error).map((each) => toFault({ ...each, severity }));
}
