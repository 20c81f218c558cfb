import { clientAddress, initialSecretAddress } from "../../model/address";
import type { DesiredClient, DesiredInitialSecret } from "../../model/desired-state";
import { isRecordedAs } from "../../model/place";
import type { Applying } from "./applying";
import { deliveredRecord } from "./issued-records";

/**
 * Records what delivered secrets' sinks resolve to where the state has their spelling alone, as versions before wrote it. No
 * manager is asked; a sink that was moved stays as it was recorded, for a person to decide.
 */
export async function recordPlaces(applying: Applying): Promise<void> {
  for (const { desired } of applying.planned.units.values()) {
    const { name, initialSecret, clients } = desired;
    if (initialSecret) await recordOne(applying, initialSecretAddress(name), initialSecret);
    for (const client of clients) await recordOne(applying, clientAddress(name, client.id), client);
  }
}

async function recordOne(
  { state, context, planned }: Applying,
  address: string,
  { deliverTo }: DesiredClient | DesiredInitialSecret,
): Promise<void> {
  const record = state.record(address);
  if (record?.kind !== "client" && record?.kind !== "initial-secret") return;
  const held = record.deliveredTo ?? record.places ?? [];
  const isSpelled = held.some((place) => typeof place === "string");
  if (record.status !== "delivered" || !isSpelled || !planned.scope.covers(address)) return;
  const declared = await context.delivery.places(deliverTo);
  const spelled = held.filter((place) => typeof place === "string");
  if (!declared.every((place) => spelled.some((text) => isRecordedAs(place, text)))) return;
  const others = record.places?.filter(
    (each) => !declared.some((place) => typeof each === "string" && place.isSpelledAs(each)),
  );
  const { places: _places, ...rest } = record;
  state.put(deliveredRecord({ ...rest, ...(others && { places: others }) }, declared, record.issuedAt));
}
