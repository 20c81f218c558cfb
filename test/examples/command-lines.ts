import { CommanderError } from "commander";
import { commandTree } from "../cli/program";

/** Why the command line would refuse these words after `jp1im`; empty where it would run them. */
export function refusalsOf(words: readonly string[]): readonly string[] {
  let command = commandTree();
  const rest = [...words];
  for (let next = rest[0]; command.commands.length > 0; next = rest[0]) {
    const child = command.commands.find((candidate) => candidate.name() === next);
    if (child === undefined) return [`no command: ${words.join(" ")}`];
    command = child;
    rest.shift();
  }
  try {
    const { operands, unknown } = command.parseOptions(rest);
    return [...unknown, ...operands.slice(command.registeredArguments.length)];
  } catch (error) {
    if (error instanceof CommanderError) return [error.message];
    throw error;
  }
}

/** The commands in the code of a page, each as its words after `jp1im`. */
export function commandsOnPage(markdown: string): readonly (readonly string[])[] {
  const code = markdown.match(/```[\s\S]*?```|`[^`\n]+`/g) ?? [];
  return code.flatMap((text) =>
    [...text.matchAll(/(?<=^|[`/\s])jp1im ([a-z][^`\n]*)/g)].map(([, words = ""]) => words.split(/\s+/)),
  );
}
