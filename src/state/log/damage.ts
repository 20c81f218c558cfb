import { isAbsolute } from "node:path";
import { suggest } from "../../model/shell-command";

/** Where a log is. */
export interface LogPlace {
  /** As a person reads it. */
  readonly file: string;
  /** Absent for a log of all managers, and for one that is in no state. */
  readonly manager?: string;
}

const WITHOUT = "without a state, values are written again and delivered clients have to be imported";

/** A copy of one manager's part leaves those of the others as they are. */
export function putBack(manager?: string): string {
  const scope = manager === undefined ? [] : ["--manager", manager];
  return `put back a copy that \`jp1im state pull\` printed, if there is one: ${suggest("state", "push", "--force", ...scope, "BACKUP")}`;
}

/** The way out of a part that cannot be read. Only a state in a folder, whose places are paths, has files to restore or to move. */
export function damageRemedy({ file, manager }: LogPlace): string {
  return isAbsolute(file)
    ? `restore the file from a backup, or move it away: ${WITHOUT}; or ${putBack(manager)}`
    : putBack(manager);
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
