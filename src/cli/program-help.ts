/** The help of the program besides its commands; its manual page uses the same text. */
import type { Option } from "commander";
import { ExitCode } from "../model/exit-code";
import type { CommandTraits } from "./define-command";
import { EnvOption } from "./options/option";

export const PROGRAM_EXAMPLES: CommandTraits["examples"] = [
  ["jp1im plan -f tokyo.yaml", "what would be done, and why"],
  ["jp1im apply -f tokyo.yaml", "do it, after a yes"],
  ["jp1im drift -f tokyo.yaml", "what has changed outside of jp1im"],
];

export const EXIT_CODES: readonly (readonly [code: ExitCode, meaning: string])[] = [
  [ExitCode.done, "done, or in sync"],
  [ExitCode.failure, "failed, and nothing was done"],
  [ExitCode.changes, "changes are present (drift, plan --detailed-exitcode)"],
  [ExitCode.partial, "partly applied, or partly unknown"],
  [ExitCode.policy, "refused by policy"],
  [ExitCode.stale, "the saved plan is stale"],
  [ExitCode.locked, "another run holds the state's lock"],
  [ExitCode.denied, "not authenticated, or not permitted"],
  [ExitCode.usage, "wrong usage, or invalid input"],
  [ExitCode.cancelled, "cancelled"],
];

export const AFTER_HELP = `
Examples:
${PROGRAM_EXAMPLES.map(([line, purpose]) => `  $ ${line.padEnd(33)} ${purpose}`).join("\n")}

Exit codes:
${EXIT_CODES.map(([code, meaning]) => `  ${String(code).padStart(3)}  ${meaning}`).join("\n")}

Options go after the command. Each has an equivalent in the environment, which its help names.
Where the manual pages are installed, man jp1im-plan shows what jp1im plan --help does.`;

/** An option's description, with its values, its default and its variable. */
export function optionDescription(option: Option): string {
  if (!(option instanceof EnvOption)) return option.description;
  const { choices, defaultText, env } = option.traits;
  const notes = [
    ...(choices === undefined ? [] : [choices.join(" or ")]),
    ...(defaultText === undefined ? [] : [`default: ${defaultText}`]),
    `env: ${env}`,
  ];
  return `${option.description} (${notes.join("; ")})`;
}
