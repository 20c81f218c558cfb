import { shellCommand } from "./shell-command";

/** What a run was given; the flags of commands that take neither have neither. */
export interface Given {
  readonly file?: readonly string[];
  readonly state?: string;
}

/**
 * Commands that take `-f` and `--state`, as messages name them: behind a backtick, or an arrow, and variables; with the rest of the command. Bundles are
 * in ASCII.
 */
const SUGGESTED =
  /((?:`|\u2192 )(?:[A-Z0-9_]+=(?:\$\([^)`]*\)|[^ `]*) )*)jp1im ((?:state )?(?:get [^ `]+|import|apply|destroy|plan|drift|export|probe|rebuild|list|show|mv|rm|unlock|rekey|push|migrate))(?=[ `])(?=([^`\n]*))/g;

/**
 * Gives the commands that a text suggests the `-f` and `--state` of this run, so that they find the same files. One that names a state
 * already keeps it.
 */
export function completeCommands(text: string, { file = [], state }: Given): string {
  const files = file.flatMap((each) => ["-f", each]);
  return text.replace(SUGGESTED, (whole, mark: string, command: string, rest: string) => {
    const isNamed = state === undefined || rest.includes(" --state ");
    const own = isNamed ? files : [...files, "--state", state];
    return own.length === 0 ? whole : `${mark}jp1im ${command} ${shellCommand(...own)}`;
  });
}
