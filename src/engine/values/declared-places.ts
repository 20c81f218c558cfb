import { issuesOf } from "../../model/declared";
import type { DesiredState, SinkReference } from "../../model/desired-state";
import type { DeclaredPlace } from "../../model/sink-place";
import type { Places } from "../../resources/moved-sink";
import type { PlanContext } from "../context";

/** Resolves every declared sink and, on request, checks for the files, so that planning itself need not wait. */
export async function declaredPlaces(
  desired: DesiredState,
  delivery: PlanContext["delivery"],
  { checksFiles }: { readonly checksFiles: boolean },
): Promise<Places> {
  const places = new Map<SinkReference, readonly DeclaredPlace[]>();
  const gone = new Set<DeclaredPlace>();
  for (const { declared } of [...desired.managers.values()].flatMap(issuesOf)) {
    const found = await delivery.places(declared.deliverTo);
    places.set(declared.deliverTo, found);
    for (const place of checksFiles ? found : []) if (!(await delivery.isThere(place))) gone.add(place);
  }
  return {
    of: (sink) => {
      const found = places.get(sink);
      if (found === undefined) throw new Error(`the sink of type ${sink.type} is not declared`);
      return found;
    },
    isGone: (declared) => gone.has(declared),
    describe: (recorded) => delivery.describePlace(recorded),
  };
}
