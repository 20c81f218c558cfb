import type { Argument, Command, Option } from "commander";
import type { Completable } from "../../model/completable";
import { NamedArgument } from "../named-argument";
import { EnvOption } from "../options/option";

/** What a shell needs to know about one command. */
export interface CompletionNode {
  readonly name: string;
  /** The words that lead to it, its own last: `["state", "rm"]`; empty for the program. */
  readonly path: readonly string[];
  readonly summary: string;
  readonly commands: readonly CompletionNode[];
  readonly options: readonly CompletionOption[];
  readonly arguments: readonly CompletionArgument[];
}

export interface CompletionOption {
  /** `-f` and `--file`; the long one last. */
  readonly flags: readonly string[];
  readonly summary: string;
  readonly repeatable: boolean;
  /** Absent for a switch. */
  readonly value?: CompletionValue | undefined;
}

export interface CompletionValue {
  readonly name: string;
  readonly choices: readonly string[];
  /** The names that the shell asks the tool for, or `files`. */
  readonly names?: Completable | "files" | undefined;
}

export interface CompletionArgument extends CompletionValue {
  readonly repeatable: boolean;
}

/** The command tree as shells complete it: commands, options, choices, and where a file is expected. */
export function completionTree(command: Command, path: readonly string[] = []): CompletionNode {
  const commands = command.commands.map((child) => completionTree(child, [...path, child.name()]));
  const help: CompletionNode = {
    name: "help",
    path: [...path, "help"],
    summary: "print the help of a command",
    commands: [],
    options: [],
    arguments: [{ name: "command", choices: commands.map(({ name }) => name), repeatable: false }],
  };
  return {
    name: command.name(),
    path,
    summary: command.summary() || command.description(),
    commands: commands.length === 0 ? [] : [...commands, help],
    options: [...command.options.map(optionOf), helpOption],
    arguments: command.registeredArguments.map(argumentOf),
  };
}

const helpOption: CompletionOption = {
  flags: ["-h", "--help"],
  summary: "print this help",
  repeatable: false,
};

function optionOf(option: Option): CompletionOption {
  const traits = option instanceof EnvOption ? option.traits : undefined;
  const names = traits?.path === true ? "files" : traits?.names;
  const flags = [option.short, option.long].filter((flag) => flag !== undefined);
  const name = /[<[](.+)[>\]]/.exec(option.flags)?.[1];
  return {
    flags,
    summary: option.description,
    repeatable: traits?.list === true,
    value: name === undefined ? undefined : { name, choices: option.argChoices ?? [], names },
  };
}

function argumentOf(argument: Argument): CompletionArgument {
  return {
    name: argument.name(),
    choices: argument.argChoices ?? [],
    repeatable: argument.variadic,
    names: argument instanceof NamedArgument ? argument.names : undefined,
  };
}

/** Every command of the tree, the program first. */
export function everyNode(node: CompletionNode): readonly CompletionNode[] {
  return [node, ...node.commands.flatMap(everyNode)];
}
