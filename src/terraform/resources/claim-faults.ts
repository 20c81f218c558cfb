import type { DesiredManager } from "../../model/desired-state";
import { type AttributePath, type Fault, fault, toFault } from "../fault";
import { firstOf } from "../first-of";
import type { Connection } from "../provider/connection";
import type { Result } from "./resource-type";

/** An address that a resource declares. */
export interface Claimed {
  /** `jp1im_client` */
  readonly typeName: string;
  readonly address: string;
  /** Equal for all spellings of the address. Default: the address. */
  readonly id?: string;
  /** The attribute that names it, if any. */
  readonly attribute?: AttributePath | undefined;
  readonly token: string;
}

/**
 * Faults if another resource has the same address. The two would undo each other's changes, and the destroy of one
 * would delete it.
 */
export function claimFaults(
  { typeName, address, id = address, attribute, token }: Claimed,
  { claims }: Connection,
): Fault[] {
  const inDocument = documentFaultsOf(address, attribute, claims);
  if (claims.claim(id, token)) return inDocument;
  const summary = `Another ${typeName} declares ${address} as well`;
  const detail =
    "Keep one of the two resources. `terraform state rm` removes the other one from the state and changes nothing on the manager.";
  return [fault(attribute, summary, detail)];
}

/** An error if a document of the same walk deletes what a resource declares, and a warning if both declare it. */
export function documentFaultsOf(
  address: string,
  attribute: AttributePath | undefined,
  claims: Connection["claims"],
): Fault[] {
  const what = claims.documentAction(address);
  return what === undefined ? [] : [sharedFault(what, [address], attribute)];
}

/** The same for all addresses that a document shares with other resources. */
export function sharedFault(
  what: "deletes" | "declares",
  addresses: readonly string[],
  attribute: AttributePath | undefined,
): Fault {
  const summary = `A document ${what} what another resource declares: ${firstOf(addresses)}`;
  const keep =
    "To move something out of a document, set `policy: { prune: none }` for its manager in the document and apply; then remove it from the document, declare it as a resource, and apply again. If the document is then empty, `terraform state rm`, or `removed` with `destroy = false`, makes Terraform forget it.";
  return fault(attribute, summary, keep, what === "deletes" ? "error" : "warning");
}

/** The result for a destroyed resource whose addresses another resource declares. Nothing changes on the manager. */
export function takenOverResult(...addresses: readonly string[]): Result {
  const [stay, them] = addresses.length === 1 ? ["stays", "it"] : ["stay", "them"];
  const summary = `${firstOf(addresses)} ${stay} on the manager: another resource declares ${them}`;
  const detail =
    "The provider does not delete what another resource declares. A `moved` block renames a resource without destroying it, and always keeps its secret.";
  return { state: null, faults: [fault(undefined, summary, detail, "warning")] };
}

/** An error if another resource delivers to the same place, because one of the two secrets would be lost. */
export async function placeFaults(
  part: DesiredManager,
  token: string,
  { claims }: Connection,
): Promise<Fault[]> {
  const shared = await claims.deliver(part, token);
  return shared.map((each) => toFault(each, () => ["deliver_to"]));
}
