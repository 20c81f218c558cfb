import type { SinkReference } from "../model/desired-state";
import type { Unplanned } from "../model/plan";
import { sinkTypes } from "../model/reference-types";
import { suggest } from "../model/shell-command";
import { type DeclaredPlace, differences, isRecordedAs, type RecordedPlace } from "../model/sink-place";
import type { IssuedRecord } from "../state/port";

/** What the declared sinks resolve to, found out before anything is planned. */
export interface Places {
  /** Of one sink; several for several sinks. */
  of(sink: SinkReference): readonly DeclaredPlace[];
  /** A recorded place as a person reads it. */
  describe(recorded: RecordedPlace): string;
  /** Whether a place is a plain file that is not there; false where nobody looked. */
  isGone(declared: DeclaredPlace): boolean;
}

/**
 * What a person has to decide about a delivered secret that is declared to be somewhere else now, or otherwise: the manager
 * showed it once, and nothing but a new one can be brought there.
 */
export function movedSink(
  record: IssuedRecord | undefined,
  deliverTo: SinkReference,
  places: Places,
): Unplanned | undefined {
  // One that was imported is where others put it; and a state of before does not tell the places apart.
  if (record?.status !== "delivered") return undefined;
  const held = heldPlaces(record);
  const missing = places.of(deliverTo).filter((place) => !held?.some((each) => isRecordedAs(place, each)));
  if (held === undefined || missing.length === 0) return undefined;
  const { address } = record;
  const [where, wanted] = [
    held.map(places.describe),
    missing.map((place) => wantedPlace(place, held, places)),
  ];
  return {
    address,
    code: "sink-moved",
    detail: `its secret was delivered to ${where.join(" and ")}, and cannot be shown again for ${wanted.join(" and ")}`,
    remedy: `${suggest("apply", "--rotate", address)} issues and delivers a new one; or declare where it is`,
  };
}

/** The declared files that a delivered secret is no longer in, as a person reads them. */
export function vanishedFrom(
  record: IssuedRecord,
  deliverTo: SinkReference,
  places: Places,
): readonly string[] {
  if (record.status !== "delivered") return [];
  const held = heldPlaces(record) ?? [];
  const isVanished = (place: DeclaredPlace) =>
    places.isGone(place) && held.some((each) => isRecordedAs(place, each));
  return places.of(deliverTo).flatMap((place) => (isVanished(place) ? [place.shown] : []));
}

/** Versions before `deliveredTo` wrote every place in `places`, by its spelling. */
function heldPlaces({ deliveredTo, places }: IssuedRecord): readonly RecordedPlace[] | undefined {
  if (deliveredTo !== undefined) return deliveredTo;
  const spelled = places?.filter((place) => typeof place === "string");
  return spelled?.length === places?.length ? spelled : undefined;
}

/** Names what differs where the place reads the same. */
function wantedPlace(
  { place, shown }: DeclaredPlace,
  held: readonly RecordedPlace[],
  places: Places,
): string {
  const alike = held.find((each) => places.describe(each) === shown);
  if (alike === undefined || typeof alike === "string") return shown;
  const { parts = {} } = sinkTypes.get(place.type) ?? {};
  const words = differences(place, alike).map((name) => parts[name] ?? name);
  return `${shown} with another ${words.join(" and another ")}`;
}
