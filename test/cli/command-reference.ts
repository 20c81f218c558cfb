import type { Command, Option } from "commander";
import { Setting } from "../../src/cli/setting";

/** What `docs/commands.md` has to say of a command's arguments and options, made from the command itself. */
export function commandReference(path: string, command: Command): string {
  const usage = `\`${path} ${command.usage().replace("[options] ", "[options] ")}\``.replace(/ `$/, "`");
  const rows = [
    ...command.registeredArguments.map((argument) =>
      row(
        `\`${argument.required ? "" : "["}${argument.name()}${argument.variadic ? "..." : ""}${argument.required ? "" : "]"}\``,
        argument.description,
        argument.argChoices,
        undefined,
        "",
      ),
    ),
    ...command.options.map(optionRow),
  ];
  return `${usage}\n\n| option | meaning | values | default | environment |\n|---|---|---|---|---|\n${rows.join("\n")}\n`;
}

function optionRow(option: Option): string {
  if (!(option instanceof Setting)) throw new Error(`${option.flags} is no Setting`);
  const { choices, defaultText, env } = option.traits;
  return row(`\`${option.flags}\``, option.description, choices, defaultText, `\`${env}\``);
}

function row(
  name: string,
  meaning: string,
  choices: readonly string[] | undefined,
  defaultText: string | undefined,
  env: string,
): string {
  const values = (choices ?? []).map((choice) => `\`${choice}\``).join(", ");
  return `| ${[name, meaning, values, defaultText ?? "", env].join(" | ")} |`.replace(/ {2,}/g, " ");
}
