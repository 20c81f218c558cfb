import { type Deliverable, type ProofContext, proveSinks } from "../../engine/apply/prove-sinks";
import type { Diagnostic } from "../../model/diagnostic";
import type { Delivery } from "../../secrets/port";

/** Places named in one message. */
const SHOWN = 5;

/** Treats every file at a declared sink as owned, for a lost state without records of earlier deliveries. */
export function overwriting(delivery: Delivery): Delivery {
  return {
    ...delivery,
    prove: (sink, ownership, byWriting) =>
      delivery.prove(sink, { ...ownership, isOurs: async () => true }, byWriting),
    deliver: (sink, issued, ownership) =>
      delivery.deliver(sink, issued, { ...ownership, isOurs: async () => true }),
  };
}

/**
 * Faults of the sinks of a rebuild. Existing files without a recorded delivery are reported in one diagnostic,
 * because after the loss of the state these are all files.
 */
export async function sinkDiagnostics(
  deliverables: readonly Deliverable[],
  context: ProofContext & { readonly delivery: Delivery },
): Promise<Diagnostic[]> {
  const all = await proveSinks(deliverables, context, true);
  if (all.length === 0) return [];
  const suspected = new Set(all.map(({ address }) => address));
  const suspects = deliverables.filter(({ address }) => suspected.has(address));
  const unfit = await proveSinks(suspects, { ...context, delivery: overwriting(context.delivery) }, true);
  const texts = new Set(unfit.map((each) => JSON.stringify(each)));
  const occupied = all.filter((each) => !texts.has(JSON.stringify(each)));
  return occupied.length === 0 ? unfit : [...unfit, occupiedDiagnostic(occupied)];
}

function occupiedDiagnostic(occupied: readonly Diagnostic[]): Diagnostic {
  const addresses = occupied.flatMap(({ address }) => address ?? []).sort();
  const more = addresses.length > SHOWN ? ` and ${addresses.length - SHOWN} more` : "";
  return {
    code: "sink-unwritable",
    severity: "error",
    summary: `the files of ${addresses.slice(0, SHOWN).join(", ")}${more} are there already, and this state never delivered to them`,
    remedy:
      "if the state that delivered them was lost, give --overwrite-sinks, which replaces them; if not, move them away or deliver to other paths",
  };
}
