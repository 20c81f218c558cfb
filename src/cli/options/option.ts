import { type Command, InvalidArgumentError, Option } from "commander";
import { closest, distance } from "fastest-levenshtein";
import type { Completable } from "../../model/completable";
import { type Diagnostic, failure } from "../../model/diagnostic";
import { visible } from "../../model/visible";
import type { Io } from "../io";

export interface OptionTraits {
  /** Its equivalent in the environment. */
  readonly env: string;
  readonly group: string;
  /** May be given several times; in the environment, with the separator between the values. */
  readonly list?: boolean;
  /** A comma by default. */
  readonly separator?: string;
  /** An empty variable is an error and does not count as unset: continuing without the value would do harm. */
  readonly refusesEmpty?: boolean;
  /** Its value is the path of a file or a folder: shells complete it. */
  readonly path?: boolean;
  /** Its value is a name of this kind: shells ask the tool for them. */
  readonly names?: Completable;
  readonly choices?: readonly string[];
  readonly parse?: (text: string) => unknown;
  /** Shown in the help; the default itself is the implementation's. */
  readonly defaultText?: string;
}

/**
 * An option with an equivalent in the environment. Commander's own `.env()` reads this process's environment,
 * and takes `JP1IM_AUTO_APPROVE=false` for true, so the environment is applied here instead.
 */
export class EnvOption extends Option {
  readonly traits: OptionTraits;

  constructor(flags: string, description: string, traits: OptionTraits) {
    super(flags, description);
    this.traits = traits;
    this.helpGroup(traits.group);
    if (traits.choices !== undefined) this.choices(traits.choices);
    const { parse } = traits;
    if (traits.list) this.argParser(traits.path ? collectPath : collect);
    else if (parse !== undefined || traits.path) this.argParser(parse ?? path);
  }

  /** The value that a text of the environment stands for; `undefined` when it leaves the option unset. */
  fromEnvironment(text: string): unknown {
    if (!this.required) return flagFrom(text) ? !this.negate : undefined;
    if (this.traits.list) {
      const items = text.split(this.traits.separator ?? ",").filter((item) => item !== "");
      return items.length === 0 ? undefined : items;
    }
    if (text === "" && !this.traits.refusesEmpty) return undefined;
    return this.parseArg === undefined ? text : this.parseArg(text, undefined);
  }
}

/** Sets options that the command line does not give. Throws a `DiagnosticError` (`usage`) that names the variable. */
export function applyEnvironment(command: Command, env: Io["env"]): void {
  for (const option of command.options) {
    if (!(option instanceof EnvOption)) continue;
    const text = env[option.traits.env];
    const key = option.attributeName();
    if (text === undefined || command.getOptionValueSource(key) === "cli") continue;
    const value = attempt(option, text);
    if (value !== undefined) command.setOptionValueWithSource(key, value, "env");
  }
}

/** Warns of variables whose names are almost those of options. Other unknown variables may belong to anything. */
export function misspeltVariables(program: () => Command, env: Io["env"]): readonly Diagnostic[] {
  const ours = Object.keys(env).filter((name) => name.startsWith(PREFIX) && !OTHER_VARIABLES.includes(name));
  if (ours.length === 0) return [];
  const known = [...OTHER_VARIABLES, ...optionsBelow(program()).map(({ traits }) => traits.env)];
  return ours
    .filter((name) => !known.includes(name))
    .flatMap((name) => {
      const nearest = closest(name, known);
      const slips = name.length < PREFIX.length + SHORT ? 1 : 2;
      return distance(nearest, name) <= slips ? [misspelt(name, nearest)] : [];
    });
}

const PREFIX = "JP1IM_";
/** Shorter names may be two letters apart by chance. */
const SHORT = 6;
/** Variables without an option. */
const OTHER_VARIABLES = [
  "JP1IM_STATE_KEY",
  "JP1IM_STATE_KEY_FILE",
  "JP1IM_STATE_KEY_COMMAND",
  "JP1IM_NEW_STATE_KEY",
];

function optionsBelow(command: Command): readonly EnvOption[] {
  const own = command.options.filter((option) => option instanceof EnvOption);
  return [...own, ...command.commands.flatMap(optionsBelow)];
}

function misspelt(name: string, nearest: string): Diagnostic {
  return {
    code: "usage",
    severity: "warning",
    summary: `the environment's ${visible(name)} is no setting of jp1im, and is not used as one`,
    remedy: `did you mean ${nearest}?`,
  };
}

function attempt(option: EnvOption, text: string): unknown {
  try {
    return option.fromEnvironment(text);
  } catch (error) {
    if (!(error instanceof InvalidArgumentError)) throw error;
    throw failure({
      code: "usage",
      summary: `the environment's ${option.traits.env}=${text} is invalid: ${lowerFirst(error.message)}`,
      remedy: `unset it, or give it what ${option.long ?? option.flags} takes`,
    });
  }
}

function flagFrom(text: string): boolean {
  if (["1", "true", "yes"].includes(text.toLowerCase())) return true;
  if (["", "0", "false", "no"].includes(text.toLowerCase())) return false;
  throw new InvalidArgumentError("it takes true or false");
}

/** An unset shell variable makes it empty. */
function path(text: string): string {
  if (text === "") throw new InvalidArgumentError("It is empty.");
  return text;
}

function collectPath(value: string, before: readonly string[] | undefined): readonly string[] {
  return collect(path(value), before);
}

function collect(value: string, before: readonly string[] | undefined): readonly string[] {
  return [...(before ?? []), value];
}

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1).replace(/\.$/, "");
}
