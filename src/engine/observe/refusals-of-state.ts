import type { DesiredManager } from "../../model/desired-state";
import type { Diagnostic } from "../../model/diagnostic";
import { emptyPrior, type PriorState } from "../prior-state";
import { checkIdentity } from "./manager-identity";
import type { Observer } from "./observer";

/** What every run would stop with if the state belongs to another manager; nothing if that is unknown. */
export async function refusalsOfState(
  manager: DesiredManager,
  priors: ReadonlyMap<string, PriorState>,
  observerOf: (name: string) => Observer,
): Promise<Diagnostic[]> {
  const { name } = manager;
  const identity = await checkIdentity(manager, priors.get(name) ?? emptyPrior(name), observerOf(name));
  return identity.is === "other" ? [identity.refusal] : [];
}
