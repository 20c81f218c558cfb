import { shellCommand } from "../model/shell-command";

/** What a run was given; the flags of commands that take neither have neither. */
interface Given {
  readonly file?: readonly string[];
  readonly state?: string;
}

/** Commands that take `-f` and `--state`, as messages name them: behind a backtick, or an arrow. */
const SUGGESTED =
  /(`|→ )jp1im ((?:state )?(?:import|apply|destroy|plan|drift|export|rebuild|list|show|mv|rm|unlock|rekey))(?=[ `])/g;

/** Gives the commands that a text suggests the `-f` and `--state` of this run, so that they find the same files. */
export function completeCommands(text: string, { file = [], state }: Given): string {
  const own = [...file.flatMap((each) => ["-f", each]), ...(state === undefined ? [] : ["--state", state])];
  if (own.length === 0) return text;
  return text.replace(
    SUGGESTED,
    (_, mark: string, command: string) => `${mark}jp1im ${command} ${shellCommand(...own)}`,
  );
}
