import { Argument, type Command } from "commander";
import { type Completable, completables } from "../../model/completable";
import { failure } from "../../model/diagnostic";
import { ExitCode } from "../../model/exit-code";
import type { CommandContext, CommonFlags } from "../command-context";
import type { Shell } from "../completion/offer-names";
import { defineCommand } from "../define-command";
import { logOptions } from "../options/shared-options";
import { runCommand } from "../run-command";
import type { Session } from "../session";

export function completionCommand(session: Session): Command {
  return defineCommand("completion", {
    summary: "print a script that completes jp1im's command lines in a shell",
    about:
      "The script asks this program for addresses and other names, which it reads from the desired state and a local state.",
    examples: [
      ["source <(jp1im completion bash)", "in ~/.bashrc"],
      ["jp1im completion zsh > ~/.zfunc/_jp1im", "in a folder of zsh's fpath"],
      ["jp1im completion fish > ~/.config/fish/completions/jp1im.fish", "for fish"],
    ],
    options: logOptions(),
  })
    .addArgument(new Argument("<shell>", "for which shell").choices(["bash", "zsh", "fish"]))
    .argument("[kind]", "print the completions that the script asks for, not the script")
    .argument("[words...]", "the command line up to the cursor, after --")
    .action(
      async (
        shell: Shell,
        kind: string | undefined,
        words: string[],
        flags: CommonFlags,
        command: Command,
      ) => {
        const isAsked = kind !== undefined;
        session.exitCode = await runCommand(
          session,
          { name: "completion" },
          isAsked ? { ...flags, quiet: true } : flags,
          async (context) => ({
            exitCode: ExitCode.done,
            text: isAsked
              ? await namesFor(shell, kind, words, context)
              : await scriptFor(shell, command.parent ?? command),
          }),
        );
      },
    );
}

async function namesFor(shell: Shell, kind: string, words: readonly string[], context: CommandContext) {
  const { offerNames } = await import("../completion/offer-names.js");
  return offerNames(shell, completable(kind), words, context);
}

function completable(kind: string): Completable {
  const match = completables.find((each) => each === kind);
  if (match !== undefined) return match;
  throw failure({
    code: "usage",
    summary: `nothing of the kind ${JSON.stringify(kind)} can be completed`,
    remedy: "load the completion script of this version: source <(jp1im completion bash)",
  });
}

async function scriptFor(shell: Shell, program: Command): Promise<string> {
  const { completionTree } = await import("../completion/completion-tree.js");
  const tree = completionTree(program);
  switch (shell) {
    case "bash":
      return (await import("../completion/bash-script.js")).bashScript(tree);
    case "zsh":
      return (await import("../completion/zsh-script.js")).zshScript(tree);
    case "fish":
      return (await import("../completion/fish-script.js")).fishScript(tree);
  }
}
