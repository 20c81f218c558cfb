import type { Command, Option } from "commander";
import { EnvOption } from "../../src/cli/options/option";

/** What `docs/commands.md` says of a command's arguments and options, made from the command itself. */
export function commandReference(path: string, command: Command): string {
  const items = [
    ...command.registeredArguments.map((argument) => {
      const name = argument.variadic ? `${argument.name()}...` : argument.name();
      return item(
        argument.required ? name : `[${name}]`,
        argument.description,
        choicesOf(argument.argChoices),
      );
    }),
    ...command.options.map(optionItem),
  ];
  return `\`${`${path} ${command.usage()}`.trim()}\`\n\n${items.join("\n")}\n`;
}

function optionItem(option: Option): string {
  if (!(option instanceof EnvOption)) throw new Error(`${option.flags} is no EnvOption`);
  const { choices, defaultText, env } = option.traits;
  return item(option.flags, option.description, [
    ...choicesOf(choices),
    ...(defaultText === undefined ? [] : [`default: ${defaultText}`]),
    `environment: \`${env}\``,
  ]);
}

function choicesOf(choices: readonly string[] = []): string[] {
  return choices.length === 0 ? [] : [choices.map((choice) => `\`${choice}\``).join(", ")];
}

function item(name: string, meaning: string, traits: readonly string[]): string {
  return `- \`${name}\`: ${meaning}${traits.length === 0 ? "" : ` (${traits.join("; ")})`}`;
}
