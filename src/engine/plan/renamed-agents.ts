import { secretAddressOn } from "../../model/address";
import type { Unplanned } from "../../model/plan";
import type { AgentUnit } from "../../resources/agent-secrets/agent-unit";
import type { UnitPlan } from "../../resources/unit-plan";

/** A declared agent that the manager does not know, and without owned secrets. */
export interface UnknownAgent {
  readonly address: string;
  /** The keys that are declared for it. */
  readonly keys: ReadonlySet<string>;
}

/**
 * Why an agent that is no longer declared keeps its secrets: another agent is declared with some of its keys, and is
 * unknown. A misspelt host in the desired state would otherwise delete the secrets of the agent and write none
 * elsewhere.
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
