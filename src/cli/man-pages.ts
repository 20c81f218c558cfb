import type { Command } from "commander";
import { manPage, pageName } from "./man/man-page";
import { processIo } from "./process-io";
import { programFor } from "./program";
import { sessionOf } from "./session";

/** All manual pages by file name: for the program, each command and each group of commands. The build writes them. */
export function manPages(): ReadonlyMap<string, string> {
  const none = () => Promise.reject(new Error("no command is run for its manual page"));
  const program = programFor(
    sessionOf(processIo(process.cwd()), { library: none, simulator: none }),
    () => {},
  );
  return new Map(withBelow(program).map((command) => [`${pageName(command)}.1`, manPage(command)]));
}

function withBelow(command: Command): readonly Command[] {
  return [command, ...command.commands.flatMap(withBelow)];
}
