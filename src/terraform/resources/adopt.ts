import type { ManagerPart } from "../../library/manager-run/manager-part";
import { FaultError, fault } from "../fault";
import type { Connection } from "../provider/connection";

/**
 * Takes what exists on the manager into the provider's own state, and sends nothing that writes. Throws a `FaultError`
 * where it is not there.
 */
export async function adopt(part: ManagerPart, { run }: Connection): Promise<void> {
  const { refused, unknown } = await run.adopt(part);
  const faults = [
    ...refused.map(({ address }) =>
      fault(
        undefined,
        `${address} is not on the manager`,
        "There is nothing to import: an apply creates it.",
      ),
    ),
    ...unknown.map(({ address, detail, remedy = "Import again when it answers." }) =>
      fault(undefined, `Nobody could tell whether ${address} is on the manager`, `${detail}\n${remedy}`),
    ),
  ];
  if (faults.length > 0) throw new FaultError(faults);
}
