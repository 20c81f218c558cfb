import type { Command } from "commander";
import { programFor } from "../../src/cli/program";
import { sessionOf } from "../../src/cli/session";
import { fakeIo } from "./fake-io";

/** The real command tree, to be looked at. */
export function commandTree(): Command {
  const none = async () => Promise.reject(new Error("nothing is run here"));
  return programFor(sessionOf(fakeIo(), { library: none, simulator: none }), () => {});
}

/** Every command that does something, with the words that lead to it: `jp1im state rm`. */
export function runnableCommands(
  command = commandTree(),
  path = "jp1im",
): readonly (readonly [string, Command])[] {
  if (command.commands.length === 0) return [[path, command]];
  return command.commands.flatMap((child) => runnableCommands(child, `${path} ${child.name()}`));
}
