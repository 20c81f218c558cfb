import type { Command, CommanderError } from "commander";
import { closest, distance } from "fastest-levenshtein";
import type { Diagnostic } from "../model/diagnostic";
import { type DocumentFormat, documentFormat } from "./write-document";

/**
 * Commander's error as a diagnostic. Its suggestion becomes the remedy, unless `meant` has a better one.
 */
export function usageDiagnostic(error: CommanderError, helpCommand: string, meant?: string): Diagnostic {
  const [first = "", ...rest] = error.message.replace(/^error: /, "").split("\n");
  const suggestion = /\(Did you mean (?:one of )?(.+)\?\)/.exec(rest.join(" "))?.[1] ?? nearestChoice(first);
  const help = `${helpCommand} --help lists what there is`;
  if (meant !== undefined)
    return { code: "usage", severity: "error", summary: first.replace(/\.$/, ""), remedy: meant };
  return {
    code: "usage",
    severity: "error",
    summary: first.replace(/\.$/, ""),
    remedy: suggestion === undefined ? help : `did you mean ${suggestion}? ${help}`,
  };
}

/** The choice that is closest to an invalid value. */
function nearestChoice(message: string): string | undefined {
  const [, value, choices] =
    /(?:value|argument) '(.*)' is invalid.* Allowed choices are (.+)\.$/.exec(message) ?? [];
  if (value === undefined || choices === undefined) return undefined;
  const nearest = closest(value, choices.split(", "));
  return distance(nearest, value) <= Math.max(1, value.length / 3) ? nearest : undefined;
}

/** The requested document of a command line that could not be parsed. */
export function documentAskedFor(
  argv: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
): DocumentFormat | undefined {
  return documentFormat(askedFor("--output", argv) ?? env.JP1IM_OUTPUT);
}

/** Whether such a command line asks for JSON on stderr. */
export function isLogJson(
  argv: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
): boolean {
  return (askedFor("--log-format", argv) ?? env.JP1IM_LOG_FORMAT) === "json";
}

/** The commands that support the requested format; `undefined` if none does, or if this command does. */
export function formatElsewhere(argv: readonly string[], program: Command): string | undefined {
  const format = askedFor("--output", argv);
  const having = program.commands.filter((command) =>
    command.options.some(({ long, argChoices }) => long === "--output" && argChoices?.includes(format ?? "")),
  );
  const names = having.map((command) => command.name());
  if (names.length === 0 || names.some((name) => argv.includes(name))) return undefined;
  return `--output ${format} is for these commands: ${names.join(", ")}`;
}

/**
 * The commands that have an option which this one lacks, unless commander suggests a similar option of this command.
 */
export function optionElsewhere({ message }: CommanderError, program: Command): string | undefined {
  const option = /^error: unknown option '(--[\w-]+)'$/.exec(message)?.[1];
  if (option === undefined) return undefined;
  const names = program.commands
    .filter(({ options }) => options.some(({ long }) => long === option))
    .map((command) => command.name());
  return names.length === 0 ? undefined : `${option} is for these commands: ${names.join(", ")}`;
}

/** What the argument is that a command lacks. */
export function missingArgument(
  { message }: CommanderError,
  argv: readonly string[],
  program: Command,
): string | undefined {
  const name = /^error: missing required argument '(.+)'$/.exec(message)?.[1];
  const named = program.commands
    .flatMap((command) => [command, ...command.commands])
    .filter((command) => argv.includes(command.name()))
    .flatMap(({ registeredArguments }) => registeredArguments)
    .find((argument) => argument.name() === name);
  if (named === undefined) return undefined;
  const choices = named.argChoices === undefined ? "" : `: ${named.argChoices.join(", ")}`;
  return `add <${named.name()}>, ${named.description}${choices}`;
}

function askedFor(option: string, argv: readonly string[]): string | undefined {
  const last = argv.findLastIndex((argument) => argument === option || argument.startsWith(`${option}=`));
  return last === -1 ? undefined : (argv[last]?.split("=")[1] ?? argv[last + 1]);
}
