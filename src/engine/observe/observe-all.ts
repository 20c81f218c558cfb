import type { Unplanned } from "../../model/plan";
import type { PlanContext } from "../context";
import { ListReader, type ObservedAgent } from "./list-reader";
import type { Observer } from "./observer";

/** Everything that could be read from one manager. */
export interface ObservedManager {
  readonly clients: readonly string[];
  readonly lowerManagers: readonly string[];
  readonly agents: readonly ObservedAgent[];
  readonly unknown: readonly Unplanned[];
}

/** Reads every list of a manager. A list that cannot be read is *unknown* and does not stop the others. */
export async function observeAll(
  manager: string,
  observer: Observer,
  context: Pick<PlanContext, "parallelism" | "report">,
): Promise<ObservedManager> {
  const lists = new ListReader(manager, observer);
  const [clients, lowerManagers, listed] = await Promise.all([
    lists.names("client"),
    lists.names("lower-manager"),
    lists.agents(),
  ]);
  const agents = await lists.keysOf(listed, context);
  return { clients, lowerManagers, agents, unknown: lists.unknown };
}
