import { Command, type Option } from "commander";

export interface CommandTraits {
  /** One line, for lists of commands. */
  readonly summary: string;
  /** More text for its help. */
  readonly about?: string;
  /** Command lines, each with its purpose. */
  readonly examples: readonly (readonly [line: string, purpose: string])[];
  readonly options: readonly Option[];
}

/** A command with its options, and a help that teaches by example. */
export function defineCommand(name: string, { summary, about, examples, options }: CommandTraits): Command {
  const command = new Command(name)
    .summary(summary)
    .description(about ? `${sentence(summary)} ${about}` : sentence(summary));
  for (const option of options) command.addOption(option);
  keepExamples(command, examples);
  return command.addHelpText("after", () => exampleText(examples));
}

const kept = new WeakMap<Command, CommandTraits["examples"]>();

/** Stores the examples for the manual page: commander does not return text that was added to a help. */
export function keepExamples(command: Command, examples: CommandTraits["examples"]): void {
  kept.set(command, examples);
}

/** The examples of a command's help; a group of commands has none. */
export function examplesOf(command: Command): CommandTraits["examples"] {
  return kept.get(command) ?? [];
}

function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}

function exampleText(examples: CommandTraits["examples"]): string {
  const lines = examples.map(([line, purpose]) => `  $ ${line}\n      ${purpose}`);
  return `\nExamples:\n${lines.join("\n")}`;
}
