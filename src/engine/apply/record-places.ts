import { issuesOf } from "../../model/declared";
import type { DesiredClient, DesiredInitialSecret } from "../../model/desired-state";
import { isRecordedAs } from "../../model/sink-place";
import { deliveredRecord } from "../../resources/issued-records";
import type { ApplyRun } from "./apply-run";

/**
 * Records the resolved sinks of delivered secrets for which the state has only the spelling, as earlier versions
 * wrote it. It asks no manager. A moved sink stays as recorded, because a person must decide about it.
 */
export async function recordPlaces(applying: ApplyRun): Promise<void> {
  for (const { desired } of applying.planned.units.values()) {
    for (const { address, declared } of issuesOf(desired)) await recordOne(applying, address, declared);
  }
}

async function recordOne(
  { state, context, planned }: ApplyRun,
  address: string,
  { deliverTo }: DesiredClient | DesiredInitialSecret,
): Promise<void> {
  const record = state.record(address);
  if (record?.kind !== "client" && record?.kind !== "initial-secret") return;
  const held = record.deliveredTo ?? record.places ?? [];
  const spelled = held.filter((place) => typeof place === "string");
  if (record.status !== "delivered" || spelled.length === 0 || !planned.scope.covers(address)) return;
  const declared = await context.delivery.places(deliverTo);
  if (!declared.every((place) => spelled.some((text) => isRecordedAs(place, text)))) return;
  const others = record.places?.filter(
    (each) => !declared.some((place) => typeof each === "string" && place.isSpelledAs(each)),
  );
  const { places: _places, ...rest } = record;
  state.put(deliveredRecord({ ...rest, places: others }, declared, record.issuedAt));
}
