import { shellCommand } from "./shell-command";

/** The `-f` and `--state` of a run; empty for commands that have neither flag. */
export interface Given {
  readonly file?: readonly string[];
  readonly state?: string;
}

/**
 * Commands that take `-f` and `--state`, as messages name them: after a backtick or an arrow, and after variables;
 * with the rest of the command. It escapes the arrow, because bundles are in ASCII.
 */
const SUGGESTED =
  /((?:`|\u2192 )(?:[A-Z0-9_]+=(?:\$\([^)`]*\)|[^ `]*) )*)jp1im ((?:state )?(?:get [^ `]+|import|apply|destroy|plan|drift|export|probe|rebuild|list|show|mv|rm|unlock|rekey|push|migrate))(?=[ `])(?=([^`\n]*))/g;

/**
 * Adds the `-f` and `--state` of this run to the commands that a text suggests, so that they find the same files. A
 * command that already names a state keeps it.
 */
export function completeCommands(text: string, { file = [], state }: Given): string {
  // Most texts suggest none, and to compile the expression takes longer than all else that is done with a text.
  if (!text.includes("jp1im ")) return text;
  const files = file.flatMap((each) => ["-f", each]);
  return text.replace(SUGGESTED, (whole, mark: string, command: string, rest: string) => {
    const isNamed = state === undefined || rest.includes(" --state ");
    const own = isNamed ? files : [...files, "--state", state];
    return own.length === 0 ? whole : `${mark}jp1im ${command} ${shellCommand(...own)}`;
  });
}
