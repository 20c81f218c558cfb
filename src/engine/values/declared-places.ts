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
    const own = await delivery.places(declared.deliverTo);
    places.set(declared.deliverTo, own);
    for (const place of checksFiles ? own : []) if (!(await delivery.isThere(place))) gone.add(place);
  }
  return {
    of: (sink) => {
      const own = places.get(sink);
      if (own === undefined) throw new Error(`the sink of type ${sink.type} is not declared`);
      return own;
    },
    isGone: (declared) => gone.has(declared),
    describe: (recorded) => delivery.describePlace(recorded),
  };
}
