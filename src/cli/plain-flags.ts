import type { InputFlags } from "./inputs";
import type { Io } from "./io";

/**
 * The flags of a command line that is `validate` and files alone, with no setting in the environment. To read it with
 * commander, and to declare every command and option for that, takes as long as the command. `undefined` for any other.
 */
export function plainFlags(argv: readonly string[], env: Io["env"]): InputFlags | undefined {
  const [command, ...rest] = argv;
  if (command !== "validate" || Object.keys(env).some(isSetting)) return undefined;
  const file: string[] = [];
  for (let at = 0; at < rest.length; at += 2) {
    const path = rest[at + 1];
    if (rest[at] !== "-f" || !path || path.startsWith("-")) return undefined;
    file.push(path);
  }
  return file.length === 0 ? {} : { file };
}

/** In any case of letters, as Windows reads names. */
function isSetting(name: string): boolean {
  return name.slice(0, PREFIX.length).toUpperCase() === PREFIX;
}

const PREFIX = "JP1IM_";
