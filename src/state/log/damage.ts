import { isAbsolute } from "node:path";
import { shellCommand, suggest } from "../../model/shell-command";

/** Where a log is. */
export interface LogPlace {
  /** As a person reads it. */
  readonly file: string;
  /** Absent for a log of all managers, and for a log outside a state. */
  readonly manager?: string;
}

const WITHOUT = "without a state, values are written again and delivered clients have to be imported";

/** The remedy to restore one manager's part, which does not change the others. */
export function putBack(manager?: string): string {
  const scope = manager === undefined ? [] : ["--manager", manager];
  return `put back a copy that \`jp1im state pull\` printed, if there is one: ${suggest("state", "push", "--force", ...scope, "BACKUP")}`;
}

/** The remedy for an unreadable part. Only a state in a folder has files to restore or to move. */
export function damageRemedy({ file, manager }: LogPlace): string {
  // A copy has a log for each manager, so it cannot replace one of all managers.
  if (isAbsolute(file) && manager === undefined)
    return `restore the file from a backup, or move it away: ${shellCommand("mv", file, `${file}.damaged`)}; ${WITHOUT}, so then put a copy that \`jp1im state pull\` printed in its place, if there is one: ${suggest("state", "push", "BACKUP")}`;
  return isAbsolute(file)
    ? `restore the file from a backup, or move it away: ${WITHOUT}; or ${putBack(manager)}`
    : putBack(manager);
}

/** The remedy for a part of another state, which `state push` does not overwrite. */
export function strangeRemedy(place: string): string {
  return isAbsolute(place)
    ? "put back the part that belongs here, or move this one away"
    : "put a backup in an empty place, and name that one from then on: jp1im state push --state PLACE BACKUP";
}

/** The position of a line, for messages. */
export function lineOf(place: string, line: number): string {
  return isAbsolute(place) ? `${place}:${line}` : `line ${line} of ${place}`;
}
