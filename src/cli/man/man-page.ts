import type { Command, Option } from "commander";
import { version } from "../../version";
import { examplesOf } from "../define-command";
import { EXIT_CODES, optionDescription } from "../program-help";
import { bold, italic, roffLines, roffText } from "./roff";

/**
 * The manual page of a command, from the same data as its `--help`. It has no date, so that each build makes the same
 * bytes.
 */
export function manPage(command: Command): string {
  const name = pageName(command);
  return `${[
    `.TH ${roffText(name.toUpperCase())} 1 "" "jp1im ${roffText(version)}" "jp1im manual"`,
    // No hyphenation: people paste commands.
    ...[".nh", ".ad l"],
    ...section("Name", [`${roffText(name)} \\- ${roffText(command.summary() || firstSentence(command))}`]),
    ...section("Synopsis", synopsis(command)),
    ...section("Description", roffLines(command.description())),
    ...section("Commands", commandsOf(command)),
    ...section("Arguments", argumentsOf(command)),
    ...section("Options", optionsOf(command)),
    ...section("Exit status", exitStatus(command)),
    ...section("Examples", examples(command)),
    ...section("See also", seeAlso(command)),
  ].join("\n")}\n`;
}

/** `jp1im-state-rm`: the words that lead to a command. */
export function pageName(command: Command): string {
  return commandWords(command).join("-");
}

function section(heading: string, lines: readonly string[]): readonly string[] {
  return lines.length === 0 ? [] : [`.SH ${heading.toUpperCase()}`, ...lines];
}

function entry(term: string, lines: readonly string[]): readonly string[] {
  return [".TP", term, ...lines];
}

function synopsis(command: Command): readonly string[] {
  return [`${bold(commandWords(command).join(" "))} ${roffText(command.usage())}`];
}

/** As it is typed: `jp1im`, `state`, `rm`. */
function commandWords(command: Command): readonly string[] {
  return [...(command.parent === null ? [] : commandWords(command.parent)), command.name()];
}

function firstSentence(command: Command): string {
  const text = command.description();
  return text.charAt(0).toLowerCase() + text.slice(1).replace(/\..*$/s, "");
}

function commandsOf({ commands }: Command): readonly string[] {
  return grouped(
    commands,
    (command) => command.helpGroup(),
    (command) => entry(reference(command), roffLines(sentence(command.summary()))),
  );
}

function argumentsOf({ registeredArguments }: Command): readonly string[] {
  return registeredArguments.flatMap((argument) => {
    const choices = argument.argChoices === undefined ? "" : ` (${argument.argChoices.join(" or ")})`;
    return entry(italic(argument.name()), roffLines(sentence(`${argument.description}${choices}`)));
  });
}

function optionsOf({ options }: Command): readonly string[] {
  return grouped(options, (option) => option.helpGroupHeading ?? "", optionEntry);
}

function optionEntry(option: Option): readonly string[] {
  const value = /[<[].+[>\]]/.exec(option.flags)?.[0];
  const flags = [option.short, option.long].flatMap((flag) => (flag ? bold(flag) : []));
  const term = `${flags.join(", ")}${value === undefined ? "" : ` ${italic(value)}`}`;
  return entry(term, roffLines(sentence(optionDescription(option))));
}

/** Under the headings of the help, in their order. */
function grouped<T>(
  items: readonly T[],
  headingOf: (item: T) => string,
  lines: (item: T) => readonly string[],
): readonly string[] {
  const headings = [...new Set(items.map(headingOf))];
  return headings.flatMap((heading) => [
    ...(heading === "" ? [] : [`.SS ${roffText(heading.replace(/:$/, ""))}`]),
    ...items.filter((item) => headingOf(item) === heading).flatMap(lines),
  ]);
}

function exitStatus(command: Command): readonly string[] {
  if (command.parent !== null) return ["As for every command, see", `${reference(root(command))}.`];
  return EXIT_CODES.flatMap(([code, meaning]) => entry(bold(String(code)), roffLines(sentence(meaning))));
}

function examples(command: Command): readonly string[] {
  return examplesOf(command).flatMap(([line, purpose]) =>
    entry(bold(`$ ${line}`), roffLines(sentence(purpose))),
  );
}

/** The page of the parent command and its other commands, or the pages below. */
function seeAlso(command: Command): readonly string[] {
  const { parent, commands } = command;
  const others = parent === null ? commands : [parent, ...parent.commands.filter((each) => each !== command)];
  const names = others.map(reference);
  return names.map((name, index) => (index < names.length - 1 ? `${name},` : name));
}

function reference(command: Command): string {
  return `${bold(pageName(command))}(1)`;
}

function root(command: Command): Command {
  return command.parent === null ? command : root(command.parent);
}

function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}${/[.)]$/.test(text) ? "" : "."}`;
}
