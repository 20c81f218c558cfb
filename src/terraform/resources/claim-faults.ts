import type { DesiredManager } from "../../model/desired-state";
import { type AttributePath, type Fault, fault, toFault } from "../fault";
import type { Connection } from "../provider/connection";
import type { Result } from "./resource-type";

/** What a resource declares. */
export interface Claimed {
  /** `jp1im_client` */
  readonly typeName: string;
  readonly address: string;
  /** The same for every spelling of the address; by default the address. */
  readonly id?: string;
  /** What names it, where an attribute does. */
  readonly attribute?: AttributePath;
  readonly token: string;
}

/** Each of two resources that declare one thing would undo what the other does, and the destroy of one would delete it. */
export function claimFaults(
  { typeName, address, id = address, attribute, token }: Claimed,
  { claims }: Connection,
): Fault[] {
  if (claims.claim(id, token)) return [];
  const summary = `Another ${typeName} declares ${address} as well`;
  const detail =
    "Keep one of the two resources. `terraform state rm` takes the other one out of the state without a change on the manager.";
  return [fault(attribute, summary, detail)];
}

/** What is left to do for the destroy of a resource whose thing another one has declared by now: nothing on the manager. */
export function takenOver(address: string): Result {
  const summary = `${address} stays on the manager: another resource declares it`;
  const detail =
    "Nothing was deleted. A `moved` block renames a resource without a destroy, and keeps its secret in any case.";
  return { state: null, faults: [fault(undefined, summary, detail, "warning")] };
}

/** One of two secrets that are delivered to one place would be lost. */
export async function placeFaults(
  part: DesiredManager,
  token: string,
  { claims }: Connection,
): Promise<Fault[]> {
  const shared = await claims.deliver(part, token);
  return shared.map((each) => toFault(each, () => ["deliver_to"]));
}
