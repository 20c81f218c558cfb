import type { SinkReference } from "../model/desired-state";
import type { Unplanned } from "../model/plan";
import { sinkTypes } from "../model/reference-types";
import { suggest } from "../model/shell-command";
import { type DeclaredPlace, differences, isRecordedAs, type RecordedPlace } from "../model/sink-place";
import type { IssuedRecord } from "../state/port";

/** The resolved places of the declared sinks, found before anything is planned. */
export interface Places {
  /** The places of one sink, or of a list of sinks. */
  of(sink: SinkReference): readonly DeclaredPlace[];
  /** A recorded place, for messages. */
  describe(recorded: RecordedPlace): string;
  /** Whether a place is a plain file that does not exist; false if it was not checked. */
  isGone(declared: DeclaredPlace): boolean;
}

/**
 * The entry for a delivered secret whose declared sink has moved or changed, which a person must decide about: the
 * manager showed the secret once, and only a new one can be delivered there.
 */
export function movedSink(
  record: IssuedRecord | undefined,
  deliverTo: SinkReference,
  places: Places,
): Unplanned | undefined {
  // An imported secret is where others put it, and records of earlier versions do not identify places.
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

/** The declared files that no longer have a delivered secret, for messages. */
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

/** Versions before `deliveredTo` recorded every place in `places`, as written. */
function heldPlaces({ deliveredTo, places }: IssuedRecord): readonly RecordedPlace[] | undefined {
  if (deliveredTo !== undefined) return deliveredTo;
  const spelled = places?.filter((place) => typeof place === "string");
  return spelled?.length === places?.length ? spelled : undefined;
}

/** The declared place, with the difference if both places look the same. */
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
