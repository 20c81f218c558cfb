import type { SinkReference } from "../model/desired-state";
import type { Unplanned } from "../model/plan";
import { suggest } from "../model/shell-command";
import type { IssuedRecord } from "../state/port";

/** The places of a sink, as `Delivery.places` names them. */
export type PlacesOf = (sink: SinkReference) => readonly string[];

/**
 * What a person has to decide about a delivered secret that is declared to be somewhere else now: the manager showed it
 * once, and nothing but a new one can be brought there.
 */
export function movedSink(
  record: IssuedRecord | undefined,
  deliverTo: SinkReference,
  placesOf: PlacesOf,
): Unplanned | undefined {
  // One that was imported is where others put it; and a state of before does not tell the places apart.
  if (record?.status !== "delivered") return undefined;
  const held = record.deliveredTo ?? record.places;
  const lacking = placesOf(deliverTo).filter((place) => !held?.includes(place));
  if (held === undefined || lacking.length === 0) return undefined;
  const { address } = record;
  return {
    address,
    code: "sink-moved",
    detail: `its secret was delivered to ${held.join(" and ")}, and cannot be shown again for ${lacking.join(" and ")}`,
    remedy: `${suggest("apply", "--rotate", address)} issues and delivers a new one; or declare where it is`,
  };
}
