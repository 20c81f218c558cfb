import type { DesiredState, SinkReference } from "../model/desired-state";
import type { DeclaredPlace } from "../model/place";
import type { Places } from "../resources/moved-sink";
import type { PlanContext } from "./run";

/** Resolves every declared sink: planning itself waits for nothing. */
export async function declaredPlaces(
  desired: DesiredState,
  delivery: PlanContext["delivery"],
): Promise<Places> {
  const places = new Map<SinkReference, readonly DeclaredPlace[]>();
  for (const { initialSecret, clients } of desired.managers.values()) {
    for (const { deliverTo } of [initialSecret ?? [], clients].flat())
      places.set(deliverTo, await delivery.places(deliverTo));
  }
  return {
    of: (sink) => {
      const found = places.get(sink);
      if (found === undefined) throw new Error(`the sink of type ${sink.type} is not declared`);
      return found;
    },
    describe: (recorded) => delivery.describePlace(recorded),
  };
}
