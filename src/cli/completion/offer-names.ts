import { Command } from "commander";
import type { InputOptions } from "../../index";
import type { Completable } from "../../model/completable";
import { visible } from "../../model/visible";
import type { CommandContext } from "../command-context";
import { filesOf, type InputFlags } from "../inputs";
import type { Io } from "../io";
import { applyEnvironment } from "../options/option";
import { inputOptions, stateOption } from "../options/shared-options";
import { continuation, readWord } from "./typed-word";

export type Shell = "bash" | "zsh" | "fish";

/** Above this number, addresses are offered segment by segment, like folders. */
const MOST = 200;

/**
 * What a shell offers for the last of `words`, one per line: for bash the rest to type, for the others the whole
 * name. The earlier words name the files and the state.
 */
export async function offerNames(
  shell: Shell,
  kind: Completable,
  words: readonly string[],
  context: CommandContext,
): Promise<string> {
  const typed = readWord(words.at(-1) ?? "");
  const inputs = inputsIn(words.slice(0, -1), shell, context.io);
  if (typed === undefined || inputs === undefined) return "";
  const library = await context.library();
  const names = await library.complete(kind, inputs, context.platform(library));
  const lines = offered(names, typed.text).map((name) =>
    shell === "bash" ? continuation(name.slice(typed.text.length), typed) : name,
  );
  return lines.map((line) => `${line}\n`).join("");
}

/** Leaves out names with an invisible character: it could control the terminal, and no shell quotes all of them. */
function offered(names: readonly string[], typed: string): readonly string[] {
  const matching = names.filter((name) => name.startsWith(typed) && visible(name) === name);
  if (matching.length <= MOST) return matching;
  return [
    ...new Set(
      matching.map((name) => {
        const slash = name.indexOf("/", typed.length);
        return slash === -1 ? name : name.slice(0, slash + 1);
      }),
    ),
  ];
}

/**
 * The files and the state that the words of a command line, or the environment, name; `undefined` if they cannot be
 * read.
 */
function inputsIn(words: readonly string[], shell: Shell, { env, cwd }: Io): InputOptions | undefined {
  const line = new Command().exitOverride().configureOutput({ outputError: () => undefined });
  for (const option of [...inputOptions(), stateOption()]) line.addOption(option);
  try {
    line.parseOptions(words.map((word) => (shell === "fish" ? word : unquoted(word, env.HOME))));
    applyEnvironment(line, env);
  } catch {
    return undefined;
  }
  const flags = line.opts<InputFlags>();
  return { files: filesOf(flags, cwd), state: flags.state };
}

function unquoted(word: string, home: string | undefined): string {
  const text = readWord(word)?.text ?? word;
  return home !== undefined && word.startsWith("~/") ? `${home}${text.slice(1)}` : text;
}
