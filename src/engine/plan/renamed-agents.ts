import { secretAddressOn } from "../../model/address";
import type { Unplanned } from "../../model/plan";
import type { AgentUnit } from "../../resources/agent-secrets/agent-unit";
import type { UnitPlan } from "../../resources/unit-plan";

/** An agent that is declared, that the manager does not know, and that we never wrote to. */
export interface UnknownAgent {
  readonly address: string;
  /** The keys that are declared for it. */
  readonly keys: ReadonlySet<string>;
}

/**
 * Why an agent that nothing is declared for any more keeps its secrets: another one is declared with some of its keys, and
 * is unknown. Whoever misspells a host in the desired state would lose what is on the agent, and get nothing on the other.
 */
export function renamedAgent(
  { address }: AgentUnit,
  { changes }: UnitPlan,
  unknown: readonly UnknownAgent[],
): Unplanned | undefined {
  const deleted = new Set(changes.flatMap((change) => (change.action === "delete" ? [change.address] : [])));
  const other = unknown.find(({ keys }) =>
    [...keys].some((key) => deleted.has(secretAddressOn(address, key))),
  );
  if (other === undefined) return undefined;
  const detail = `its secrets are no longer declared, and are not deleted: the manager does not know ${other.address}, which may be meant instead`;
  const remedy = `correct the host of ${other.address}, or take it out of the desired state`;
  return { address, code: "deletion-withheld", detail, remedy };
}
