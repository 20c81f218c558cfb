import { isAbsolute } from "node:path";

export const PUT_BACK =
  "put back a copy that `jp1im state pull` printed, if there is one: `jp1im state push --force BACKUP`";
const WITHOUT = "without a state, values are written anew and delivered clients have to be imported";

/** The way out of a part that cannot be read. Only a state in a folder, whose places are paths, has files to restore or to move. */
export function damageRemedy(place: string): string {
  return isAbsolute(place)
    ? `restore the file from a backup, or move it away: ${WITHOUT}; or ${PUT_BACK}`
    : PUT_BACK;
}

/** The way out of a part of another state, which `state push` does not go over. */
export function strangeRemedy(place: string): string {
  return isAbsolute(place)
    ? "put back the part that belongs here, or move this one away"
    : "put a backup in an empty place, and name that one from then on: jp1im state push --state PLACE BACKUP";
}

/** A line of a log, as a person reads where it is. */
export function lineOf(place: string, line: number): string {
  return isAbsolute(place) ? `${place}:${line}` : `line ${line} of ${place}`;
}
